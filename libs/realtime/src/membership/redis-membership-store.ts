/** Memberships of a cluster, in Redis 7 or later. */
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { newIncarnation, nodeOf } from './incarnation';
import { LEASE_TIMING } from './lease-timing';
import {
  defineScripts,
  encodeOps,
  type MembershipRedis,
  parseDrained,
  parseResults,
  parseUntold,
} from './membership-protocol';
import {
  type Attributes,
  type Drained,
  LeaseLostError,
  MAX_BATCH,
  type MembershipOp,
  type MembershipStore,
  type MembersPage,
  type NodeLease,
  type OpResult,
  type SocketLocation,
  type Untold,
  UNTOLD_MS,
} from './membership-store';

export interface RedisMembershipOptions {
  ttlMs?: number;
  /** Names all keys; its hash tag keeps them in one slot. */
  prefix?: string;
  untoldMs?: number;
}

const random = (): string => randomBytes(9).toString('base64url');

/** The client must not send again by itself what went unanswered: `entered` and `left` would become `unchanged`. */
export class RedisMembershipStore implements MembershipStore {
  private readonly redis: MembershipRedis;
  private readonly base: string;
  private readonly ttlMs: number;
  private readonly untoldMs: number;
  private readonly caller = random();
  /** Drains whose answer was not heard. */
  private readonly unheard = new Map<string, { call: string; ending: readonly string[] }>();
  private current: string | undefined;
  /** False while it is unknown whether the current incarnation has begun; then its name serves for the next attempt. */
  private opened = false;
  private earlier: string[] = [];

  constructor(
    redis: Redis,
    private readonly nodeId: string,
    { ttlMs = LEASE_TIMING.ttlMs, prefix = '{rt}', untoldMs = UNTOLD_MS }: RedisMembershipOptions = {},
  ) {
    this.redis = defineScripts(redis);
    this.base = `${prefix}:members`;
    this.ttlMs = ttlMs;
    this.untoldMs = untoldMs;
  }

  async open(): Promise<string> {
    if (this.current !== undefined && this.opened) this.earlier.push(this.current);
    if (this.current === undefined || this.opened) this.current = newIncarnation(this.nodeId);
    this.opened = false;
    const epoch = await this.redis.membershipOpen(this.base, this.current, this.ttlMs, random());
    this.opened = true;
    return epoch;
  }

  async renew(): Promise<'held' | 'lost'> {
    const held = await this.redis.membershipRenew(this.base, this.current ?? '', this.ttlMs);
    return held === 1 ? 'held' : 'lost';
  }

  async apply(ops: readonly MembershipOp[]): Promise<OpResult[]> {
    if (ops.length === 0) return [];
    const results = await this.redis.membershipApply(this.base, this.current ?? '', ...encodeOps(ops));
    if (results === null) throw new LeaseLostError();
    return parseResults(results);
  }

  async sweep(): Promise<Drained> {
    return this.drain('sweep', [], (caller, call) =>
      this.redis.membershipSweep(this.base, caller, call, MAX_BATCH, this.current ?? ''),
    );
  }

  async retire(which: 'earlier' | 'all'): Promise<Drained> {
    if (which === 'all' && this.current !== undefined) {
      this.earlier.push(this.current);
      this.current = undefined;
    }
    // What a call that was not heard has ended is what it named, not what has been added since.
    const ending = this.unheard.get('retire')?.ending ?? [...this.earlier];
    if (ending.length === 0) return { changes: [], more: false };
    const { changes, more } = await this.drain('retire', ending, (caller, call) =>
      this.redis.membershipRetire(this.base, caller, call, MAX_BATCH, ...ending),
    );
    if (!more) this.earlier = this.earlier.filter((incarnation) => !ending.includes(incarnation));
    return { changes, more: this.earlier.length > 0 };
  }

  async untold(): Promise<Untold[]> {
    return parseUntold(await this.redis.membershipUntold(this.base, this.untoldMs, MAX_BATCH));
  }

  async members(group: string, { cursor = '0', limit = 100 } = {}): Promise<MembersPage> {
    const [next, flat] = await this.redis.hscan(`${this.base}:group:${group}`, cursor, 'COUNT', limit);
    const users = flat.filter((_, index) => index % 2 === 0);
    return next === '0' ? { users } : { users, next };
  }

  async counts(groups: readonly string[]): Promise<number[]> {
    return Promise.all(groups.map((group) => this.redis.hlen(`${this.base}:group:${group}`)));
  }

  async isMember(group: string, userIds: readonly string[]): Promise<boolean[]> {
    if (userIds.length === 0) return [];
    const counts = await this.redis.hmget(`${this.base}:group:${group}`, ...userIds);
    return counts.map((count) => count !== null);
  }

  async otherNodesHolding(group: string, userId: string): Promise<string[]> {
    const incarnations = await this.redis.membershipHolders(this.base, group, userId);
    // By incarnation: two nodes may have been given one name.
    const own = [this.current, ...this.earlier];
    return [...new Set(incarnations.filter((incarnation) => !own.includes(incarnation)).map(nodeOf))];
  }

  async sockets(userId: string): Promise<SocketLocation[]> {
    const located = new Map<string, SocketLocation>();
    for (const [incarnation, ids] of Object.entries(await this.redis.hgetall(`${this.base}:sockets:${userId}`))) {
      const nodeId = nodeOf(incarnation);
      for (const socketId of JSON.parse(ids) as string[]) located.set(socketId, { nodeId, socketId });
    }
    return [...located.values()];
  }

  async attributes(userIds: readonly string[]): Promise<Attributes[]> {
    return Promise.all(userIds.map((userId) => this.redis.hgetall(`${this.base}:attributes:${userId}`)));
  }

  async nodes(): Promise<NodeLease[]> {
    const flat = await this.redis.membershipNodes(this.base);
    return flat.flatMap((incarnation, index) =>
      index % 2 === 0 ? [{ nodeId: nodeOf(incarnation), incarnation, expiresInMs: Number(flat[index + 1]) }] : [],
    );
  }

  // The id of a call goes with it until it is answered, so that no change is lost with a broken connection.
  private async drain(
    name: string,
    ending: readonly string[],
    run: (caller: string, call: string) => Promise<string>,
  ): Promise<Drained> {
    const { call } = this.unheard.get(name) ?? { call: random() };
    this.unheard.set(name, { call, ending });
    const answer = await run(`${this.caller}:${name}`, call);
    this.unheard.delete(name);
    return parseDrained(answer);
  }
}
