/** Provides the token verifier by configuration: for own tokens, or for those of an outside issuer. */
import type { FactoryProvider } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock, TokenVerifier } from '@aeturnis/realtime';
import { AccountsRepository } from '../accounts.repository';
import { AccessTokens } from './access-tokens';
import { AccountStates } from './account-states';
import { OutsideTokenVerifier } from './outside-token-verifier';
import { OutsideTokens } from './outside-tokens';
import { OwnTokenVerifier } from './own-token-verifier';

export const tokenVerifierProvider: FactoryProvider<TokenVerifier> = {
  provide: TokenVerifier,
  inject: [APP_CONFIG, AccessTokens, AccountStates, AccountsRepository, Clock],
  useFactory: (
    config: AppConfig,
    tokens: AccessTokens,
    states: AccountStates,
    accounts: AccountsRepository,
    clock: Clock,
  ) =>
    config.issuer === 'own'
      ? new OwnTokenVerifier(tokens, states, clock)
      : new OutsideTokenVerifier(config, new OutsideTokens(config, clock), states, accounts, clock),
};
