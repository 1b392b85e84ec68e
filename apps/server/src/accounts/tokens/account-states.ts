/** The accounts behind tokens, as they are now: read from the database, remembered for a moment, forgotten on all nodes when they change. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import { Clock, ClusterBus, type Standing } from '@aeturnis/realtime';
import { type AccountState, isBanned } from '../account';
import { AccountsRepository } from '../accounts.repository';
import { BANNED, LOGGED_OUT } from '../end-reasons';

/** Bounds how long a node that missed the word of a change goes on with what it knew. */
const TTL_MS = 10_000;
const MAX_ENTRIES = 10_000;
const CHANGED_TOPIC = 'accounts:changed';

interface Entry {
  readonly userId: string;
  readonly state: Promise<AccountState | null>;
  readonly freshUntil: number;
  /** Set when the account changes while it is being read. */
  outdated: boolean;
}

@Injectable()
export class AccountStates implements OnModuleInit {
  // In the order of reading, so that the first ones are the oldest.
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly bus: ClusterBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.on<{ userId: string }>(CHANGED_TOPIC, ({ userId }) => this.forgetAll(new Set([userId])));
  }

  /** Whether accounts can be looked up now. */
  get ready(): boolean {
    return this.accounts.ready;
  }

  /** Null where there is no such account, or its session (empty: none is asked for) has ended. */
  async of(userId: string, sessionId: string): Promise<AccountState | null> {
    for (;;) {
      const entry = this.entry(userId, sessionId);
      const state = await entry.state;
      // What was read before a change must not count after it.
      if (!entry.outdated) return state;
    }
  }

  /** By the database, past what is remembered. What is remembered is forgotten: it may be as wrong. */
  async standing(principals: readonly Principal[]): Promise<Standing[]> {
    const now = this.clock.now();
    const sessionIds = principals.map(({ sessionId }) => sessionId).filter((sessionId) => sessionId !== '');
    this.forgetAll(new Set(principals.map(({ userId }) => userId)));
    const userIds = principals.map(({ userId }) => userId);
    const states = await this.accounts.statesInSessions(userIds, sessionIds, new Date(now));
    return principals.map(({ userId, sessionId }) => {
      const state = states.get(userId);
      if (!state || (sessionId !== '' && !state.sessions.includes(sessionId))) return { revoked: LOGGED_OUT };
      return isBanned(state, now) ? { revoked: BANNED } : { roles: state.roles };
    });
  }

  /** Call it once a change is committed. */
  changed(userId: string): void {
    this.bus.publish(CHANGED_TOPIC, { userId });
  }

  private entry(userId: string, sessionId: string): Entry {
    const key = `${userId} ${sessionId}`;
    const known = this.entries.get(key);
    const now = this.clock.now();
    if (known && known.freshUntil > now) return known;
    const state = this.accounts.stateInSession(userId, sessionId, new Date(now));
    const entry = { userId, state, freshUntil: now + TTL_MS, outdated: false };
    this.entries.delete(key);
    this.entries.set(key, entry);
    state.catch(() => this.entries.get(key) === entry && this.entries.delete(key));
    this.trim();
    return entry;
  }

  private forgetAll(userIds: ReadonlySet<string>): void {
    for (const [key, entry] of this.entries) {
      if (!userIds.has(entry.userId)) continue;
      entry.outdated = true;
      this.entries.delete(key);
    }
  }

  private trim(): void {
    const [oldest] = this.entries.keys();
    if (this.entries.size > MAX_ENTRIES && oldest !== undefined) this.entries.delete(oldest);
  }
}
