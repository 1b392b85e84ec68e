/** Verifies tokens of this server's accounts: the signature first, then the current session and account. */
import { AppError, type Principal } from '@aeturnis/contracts';
import { type Clock, type PrincipalStatus, TokenVerifier } from '@aeturnis/realtime';
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

  override get isReady(): boolean {
    return this.states.isReady;
  }

  override async verify(token: string): Promise<Principal> {
    const claims = this.tokens.verify(token);
    const account = await this.states.stateOf(claims.userId, claims.sessionId);
    if (!account) throw new AppError('INVALID_TOKEN', 'The session of this token has ended; log in again');
    assertActive(account, this.clock.now());
    return principalOf(account, claims);
  }

  override currentStatuses(principals: readonly Principal[]): Promise<PrincipalStatus[]> {
    return this.states.recheck(principals);
  }
}
