/** A cache of account states for token checks, with a short lifetime; a change of an account invalidates it on all nodes. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import { LoadingCache } from '@aeturnis/platform';
import { Clock, ClusterBus, type PrincipalStatus } from '@aeturnis/realtime';
import { type AccountState, isBanned } from '../account';
import { AccountsRepository } from '../accounts.repository';
import { bannedBecause, LOGGED_OUT } from '../end-reasons';

/** How long a node that missed an invalidation may use an outdated state. */
const TTL_MS = 10_000;
const MAX_ENTRIES = 10_000;
const CHANGED_TOPIC = 'accounts:changed';

@Injectable()
export class AccountStates implements OnModuleInit {
  /** By account and session, separated by a space. */
  private readonly cache: LoadingCache<AccountState | null>;

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly bus: ClusterBus,
    private readonly clock: Clock,
  ) {
    this.cache = new LoadingCache({ maxEntries: MAX_ENTRIES, maxAgeMs: TTL_MS, clock });
  }

  onModuleInit(): void {
    this.bus.subscribe<{ userId: string }>(CHANGED_TOPIC, ({ userId }) => this.invalidate(new Set([userId])));
  }

  /** Whether the database is ready. */
  get isReady(): boolean {
    return this.accounts.isReady;
  }

  /** Null if the account does not exist, or the session has ended; an empty `sessionId` skips the session check. */
  stateOf(userId: string, sessionId: string): Promise<AccountState | null> {
    // A state that was read before a change must not be returned after it.
    return this.cache.getCurrent(`${userId} ${sessionId}`, () =>
      this.accounts.stateInSession(userId, sessionId, new Date(this.clock.now())),
    );
  }

  /** Reads the states from the database, and drops the cached ones, which may be outdated. */
  async recheck(principals: readonly Principal[]): Promise<PrincipalStatus[]> {
    const now = this.clock.now();
    const sessionIds = principals.map(({ sessionId }) => sessionId).filter((sessionId) => sessionId !== '');
    this.invalidate(new Set(principals.map(({ userId }) => userId)));
    const userIds = principals.map(({ userId }) => userId);
    const states = await this.accounts.statesInSessions(userIds, sessionIds, new Date(now));
    return principals.map(({ userId, sessionId }) => {
      const state = states.get(userId);
      if (!state || (sessionId !== '' && !state.sessions.includes(sessionId))) return { revoked: LOGGED_OUT };
      return isBanned(state, now) ? { revoked: bannedBecause(state) } : { roles: state.roles };
    });
  }

  /** Invalidates the account on all nodes. Call it after the commit. */
  publishChange(userId: string): void {
    this.bus.publish(CHANGED_TOPIC, { userId });
  }

  private invalidate(userIds: ReadonlySet<string>): void {
    for (const key of this.cache.keys()) if (userIds.has(key.slice(0, key.indexOf(' ')))) this.cache.invalidate(key);
  }
}
