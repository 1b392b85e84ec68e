/** The membership store of a cluster, in Redis 7 or later. The files in `scripts` document the keys and the scripts. */
import { randomBytes } from 'node:crypto';
import type { NodeIdentity } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import { LEASE_TIMING } from '../membership/lease-timing';
import {
  type DrainResult,
  LeaseLostError,
  MAX_MEMBERSHIP_BATCH,
  type MembershipOp,
  type MembershipStore,
  type MembersPage,
  type NodeLease,
} from '../membership/membership-store';
import { leaseIncarnation, nodeIdOf } from '../node-incarnation';
import type { OnlineOpResult, PresenceOp } from '../presence/presence-store';
import {
  defineMembershipScripts,
  encodeOps,
  type MembershipRedis,
  parseDrainResult,
  parseResults,
} from './membership-protocol';
import { BASE_KEY } from './redis-presence-store';

const randomId = (): string => randomBytes(9).toString('base64url');

/** The client must not retry unanswered commands by itself: a repeated join or leave would answer `unchanged`. */
export class RedisMembershipStore implements MembershipStore {
  private readonly redis: MembershipRedis;
  /** Calls of `sweep` and `retire` whose answer has not been received, by script. */
  private readonly unansweredDrains = new Map<string, { call: string; ending: readonly string[] }>();
  private leaseCount = 0;
  private currentIncarnation: string | undefined;
  /** False while it is unknown whether Redis has the current incarnation; the next `open` then uses the same name. */
  private isOpened = false;
  private earlierIncarnations: string[] = [];

  constructor(
    redis: Redis,
    private readonly identity: NodeIdentity,
    private readonly ttlMs = LEASE_TIMING.ttlMs,
    private readonly baseKey = BASE_KEY,
  ) {
    this.redis = defineMembershipScripts(redis);
  }

  async open(): Promise<string> {
    if (this.currentIncarnation !== undefined && this.isOpened) this.earlierIncarnations.push(this.currentIncarnation);
    if (this.currentIncarnation === undefined || this.isOpened)
      this.currentIncarnation = leaseIncarnation(this.identity, ++this.leaseCount);
    this.isOpened = false;
    const epoch = await this.redis.membershipOpen(this.baseKey, this.currentIncarnation, this.ttlMs, randomId());
    this.isOpened = true;
    return epoch;
  }

  async renew(): Promise<'held' | 'lost'> {
    const held = await this.redis.membershipRenew(this.baseKey, this.currentIncarnation ?? '', this.ttlMs);
    return held === 1 ? 'held' : 'lost';
  }

  async apply(ops: readonly (MembershipOp | PresenceOp)[]): Promise<OnlineOpResult[]> {
    if (ops.length === 0) return [];
    const results = await this.redis.membershipApply(this.baseKey, this.currentIncarnation ?? '', ...encodeOps(ops));
    if (results === null) throw new LeaseLostError();
    return parseResults(results);
  }

  async sweep(): Promise<DrainResult> {
    return this.drain('sweep', [], (caller, call) =>
      this.redis.membershipSweep(this.baseKey, caller, call, MAX_MEMBERSHIP_BATCH, this.currentIncarnation ?? ''),
    );
  }

  async retire(which: 'earlier' | 'all'): Promise<DrainResult> {
    if (which === 'all' && this.currentIncarnation !== undefined) {
      this.earlierIncarnations.push(this.currentIncarnation);
      this.currentIncarnation = undefined;
    }
    // A repeated call answers for the incarnations it named at first, not for those added since: those need a call of their own.
    const ending = this.unansweredDrains.get('retire')?.ending ?? [...this.earlierIncarnations];
    if (ending.length === 0) return { changes: [], hasMore: false };
    const { changes, hasMore } = await this.drain('retire', ending, (caller, call) =>
      this.redis.membershipRetire(this.baseKey, caller, call, MAX_MEMBERSHIP_BATCH, ...ending),
    );
    if (!hasMore)
      this.earlierIncarnations = this.earlierIncarnations.filter((incarnation) => !ending.includes(incarnation));
    return { changes, hasMore: this.earlierIncarnations.length > 0 };
  }

  async members(group: string, { cursor = '0', limit = 100 } = {}): Promise<MembersPage> {
    const [next, flat] = await this.redis.hscan(`${this.baseKey}:group:${group}`, cursor, 'COUNT', limit);
    const users = flat.filter((_, index) => index % 2 === 0);
    return next === '0' ? { users } : { users, next };
  }

  async memberCounts(groups: readonly string[]): Promise<number[]> {
    return Promise.all(groups.map((group) => this.redis.hlen(`${this.baseKey}:group:${group}`)));
  }

  async areMembers(group: string, userIds: readonly string[]): Promise<boolean[]> {
    if (userIds.length === 0) return [];
    const counts = await this.redis.hmget(`${this.baseKey}:group:${group}`, ...userIds);
    return counts.map((count) => count !== null);
  }

  async otherNodesHolding(group: string, userId: string): Promise<string[]> {
    const incarnations = await this.redis.membershipHolders(this.baseKey, group, userId);
    // By incarnation: two nodes may have been given one name.
    const own = [this.currentIncarnation, ...this.earlierIncarnations];
    return [...new Set(incarnations.filter((incarnation) => !own.includes(incarnation)).map(nodeIdOf))];
  }

  async nodes(): Promise<NodeLease[]> {
    const flat = await this.redis.membershipNodes(this.baseKey);
    return flat.flatMap((incarnation, index) =>
      index % 2 === 0 ? [{ nodeId: nodeIdOf(incarnation), incarnation, expiresInMs: Number(flat[index + 1]) }] : [],
    );
  }

  // Repeats the same call id until an answer is received: the script then returns the stored answer, and no change is lost.
  private async drain(
    name: string,
    ending: readonly string[],
    run: (caller: string, call: string) => Promise<string>,
  ): Promise<DrainResult> {
    const { call } = this.unansweredDrains.get(name) ?? { call: randomId() };
    this.unansweredDrains.set(name, { call, ending });
    const answer = await run(`${this.identity.shortIncarnation}:${name}`, call);
    this.unansweredDrains.delete(name);
    return parseDrainResult(answer);
  }
}
