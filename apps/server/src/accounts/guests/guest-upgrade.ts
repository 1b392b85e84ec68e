/** The upgrade of a guest to a registered account, which keeps its id, session, data and connections. */
import { Injectable } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { Database, isUniqueViolation } from '@aeturnis/platform';
import { TokenVerifier } from '@aeturnis/realtime';
import type { RequestToken } from '../../http';
import { AccountsRepository, type Registration } from '../accounts.repository';
import { type AdminClaim, Administrators } from '../administrators/administrators';
import { NameClaims } from '../display-names/name-claims';
import { LiveSessions } from '../sessions/live-sessions';
import { type SessionAnswer, Sessions } from '../sessions/sessions.service';

@Injectable()
export class GuestUpgrade {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly administrators: Administrators,
    private readonly sessions: Sessions,
    private readonly liveSessions: LiveSessions,
    private readonly verifier: TokenVerifier,
    private readonly nameClaims: NameClaims,
  ) {}

  /**
   * The guest whose token a registration presents. Browsers send cookies unasked: other cookies are ignored.
   * @throws AppError CONFLICT for the bearer token of a registered account, and what the verifier throws for a wrong one.
   */
  async findGuest(offered: RequestToken | null): Promise<Principal | null> {
    if (!offered) return null;
    try {
      const principal = await this.verifier.verify(offered.token);
      if (principal.roles.includes('guest')) return principal;
      throw new AppError('CONFLICT', 'The token belongs to a registered account: log out first');
    } catch (error) {
      if (offered.source === 'cookie' && error instanceof AppError && !error.traits.retryable) return null;
      throw error;
    }
  }

  /** Null if the account is no longer a guest, or a name is taken. Its connections get the new roles and name. */
  async upgrade(
    { userId, sessionId }: Principal,
    registration: Registration,
    claim: AdminClaim | null,
  ): Promise<SessionAnswer | null> {
    try {
      return await this.database.transaction(async () => {
        const { displayName } = registration;
        if (displayName !== undefined) await this.nameClaims.claimDisplayName(displayName, userId);
        const account = await this.accounts.upgradeGuest(userId, registration);
        if (!account) return null;
        if (claim) await this.administrators.redeem(claim);
        this.database.afterCommit(() => {
          this.liveSessions.updateRoles(userId, account.roles);
          this.liveSessions.updateName(userId, account.displayName);
        });
        return this.sessions.takeOver(account, sessionId);
      });
    } catch (error) {
      if (isUniqueViolation(error)) return null;
      throw error;
    }
  }
}
