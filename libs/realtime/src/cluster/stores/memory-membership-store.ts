/** The membership store without Redis, over a `MemoryCluster`. In production that holds one node; in tests several share it. */
import type { NodeIdentity } from '@aeturnis/platform';
import {
  type DrainResult,
  LeaseLostError,
  type MembershipOp,
  type MembershipStore,
  type MembersPage,
  type NodeLease,
} from '../membership/membership-store';
import { LEASE_TIMING } from '../membership/lease-timing';
import { leaseIncarnation, nodeIdOf } from '../node-incarnation';
import type { OnlineOpResult, PresenceOp } from '../presence/presence-store';
import { MemoryCluster } from './memory-cluster';

export class MemoryMembershipStore implements MembershipStore {
  private leaseCount = 0;
  private currentIncarnation: string | undefined;
  private earlierIncarnations: string[] = [];

  constructor(
    private readonly cluster: MemoryCluster,
    private readonly identity: NodeIdentity,
    private readonly ttlMs = LEASE_TIMING.ttlMs,
  ) {}

  async open(): Promise<string> {
    if (this.currentIncarnation !== undefined) this.earlierIncarnations.push(this.currentIncarnation);
    this.currentIncarnation = leaseIncarnation(this.identity, ++this.leaseCount);
    const expiresAt = this.cluster.now() + this.ttlMs;
    this.cluster.incarnations.set(this.currentIncarnation, { expiresAt, isEnded: false, held: new Map() });
    return 'memory';
  }

  async renew(): Promise<'held' | 'lost'> {
    const holder = this.cluster.findActive(this.currentIncarnation ?? '');
    if (!holder) return 'lost';
    holder.expiresAt = this.cluster.now() + this.ttlMs;
    return 'held';
  }

  async apply(ops: readonly (MembershipOp | PresenceOp)[]): Promise<OnlineOpResult[]> {
    const incarnation = this.currentIncarnation ?? '';
    const holder = this.cluster.findActive(incarnation);
    if (!holder) throw new LeaseLostError();
    return ops.map((op) => {
      if (op.kind === 'join') return this.cluster.join(holder, op.group, op.userId, op.capacity);
      if (op.kind === 'leave') return this.cluster.leave(holder, op.group, op.userId);
      return { outcome: 'unchanged', ...this.cluster.presence.apply(incarnation, op) };
    });
  }

  async sweep(): Promise<DrainResult> {
    const now = this.cluster.now();
    const own = this.cluster.findActive(this.currentIncarnation ?? '');
    if (!own || own.expiresAt <= now) return { changes: [], hasMore: false };
    const ended = [...this.cluster.incarnations].filter(([, { expiresAt, isEnded }]) => isEnded || expiresAt <= now);
    for (const [, holder] of ended) holder.isEnded = true;
    return this.cluster.drain(ended.map(([incarnation]) => incarnation));
  }

  async retire(which: 'earlier' | 'all'): Promise<DrainResult> {
    if (which === 'all' && this.currentIncarnation !== undefined) {
      this.earlierIncarnations.push(this.currentIncarnation);
      this.currentIncarnation = undefined;
    }
    const drained = this.cluster.drain(this.earlierIncarnations);
    if (!drained.hasMore) this.earlierIncarnations = [];
    return drained;
  }

  async members(group: string, { cursor = '0', limit = 100 } = {}): Promise<MembersPage> {
    return this.cluster.membersPage(group, Number(cursor), limit);
  }

  async memberCounts(groups: readonly string[]): Promise<number[]> {
    return groups.map((group) => this.cluster.count(group));
  }

  async areMembers(group: string, userIds: readonly string[]): Promise<boolean[]> {
    return userIds.map((userId) => this.cluster.isMember(group, userId));
  }

  async otherNodesHolding(group: string, userId: string): Promise<string[]> {
    const own = [this.currentIncarnation, ...this.earlierIncarnations];
    const holding = [...this.cluster.incarnations].filter(([, { held }]) => held.get(group)?.has(userId));
    const others = holding.map(([incarnation]) => incarnation).filter((incarnation) => !own.includes(incarnation));
    return [...new Set(others.map(nodeIdOf))];
  }

  async nodes(): Promise<NodeLease[]> {
    const now = this.cluster.now();
    return [...this.cluster.incarnations]
      .filter(([, { isEnded }]) => !isEnded)
      .map(([incarnation, { expiresAt }]) => ({
        nodeId: nodeIdOf(incarnation),
        incarnation,
        expiresInMs: expiresAt - now,
      }));
  }
}
