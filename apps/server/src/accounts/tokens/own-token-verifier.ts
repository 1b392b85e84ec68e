/** Proves tokens of own accounts: signature first, then the session and the account, as they are now. */
import { AppError, type Principal } from '@aeturnis/contracts';
import { type Clock, type Standing, TokenVerifier } from '@aeturnis/realtime';
import { assertActive, principalOf } from '../account';
import type { AccessTokens } from './access-tokens';
import type { AccountStates } from './account-states';

export class OwnTokenVerifier extends TokenVerifier {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly states: AccountStates,
    private readonly clock: Clock,
  ) {
    super();
  }

  override get ready(): boolean {
    return this.states.ready;
  }

  override async verify(token: string): Promise<Principal> {
    const claims = this.tokens.verify(token);
    const account = await this.states.of(claims.userId, claims.sessionId);
    if (!account) throw new AppError('INVALID_TOKEN', 'The session of this token has ended');
    assertActive(account, this.clock.now());
    return principalOf(account, claims);
  }

  override standing(principals: readonly Principal[]): Promise<Standing[]> {
    return this.states.standing(principals);
  }
}
