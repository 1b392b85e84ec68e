/** Memberships of the nodes of one process; in production there is one node. */
import { newIncarnation, nodeOf } from './incarnation';
import { LEASE_TIMING } from './lease-timing';
import { MemoryCluster } from './memory-cluster';
import {
  type Attributes,
  type Drained,
  LeaseLostError,
  type MembershipOp,
  type MembershipStore,
  type MembersPage,
  type NodeLease,
  type OpResult,
  type SocketLocation,
  type Untold,
  UNTOLD_MS,
} from './membership-store';

export class MemoryMembershipStore implements MembershipStore {
  private current: string | undefined;
  private earlier: string[] = [];

  constructor(
    private readonly cluster: MemoryCluster,
    private readonly nodeId: string,
    private readonly ttlMs = LEASE_TIMING.ttlMs,
    private readonly untoldMs = UNTOLD_MS,
  ) {}

  async open(): Promise<string> {
    if (this.current !== undefined) this.earlier.push(this.current);
    this.current = newIncarnation(this.nodeId);
    const expiresAt = this.cluster.now() + this.ttlMs;
    this.cluster.holders.set(this.current, { expiresAt, ended: false, held: new Map(), sockets: new Map() });
    return 'memory';
  }

  async renew(): Promise<'held' | 'lost'> {
    const holder = this.cluster.live(this.current ?? '');
    if (!holder) return 'lost';
    holder.expiresAt = this.cluster.now() + this.ttlMs;
    return 'held';
  }

  async apply(ops: readonly MembershipOp[]): Promise<OpResult[]> {
    const holder = this.cluster.live(this.current ?? '');
    if (!holder) throw new LeaseLostError();
    return ops.map((op) => {
      switch (op.kind) {
        case 'join':
          return this.cluster.join(holder, op.group, op.userId, op.capacity);
        case 'leave':
          return this.cluster.leave(holder, op.group, op.userId);
        case 'sockets':
          if (op.socketIds.length > 0) holder.sockets.set(op.userId, op.socketIds);
          else holder.sockets.delete(op.userId);
          return { outcome: 'unchanged' };
        case 'attributes':
          this.cluster.setAttributes(op.userId, op.attributes, op.unlessSet);
          return { outcome: 'unchanged' };
        case 'turn':
          return { outcome: 'unchanged', ...this.cluster.turned(op.userId) };
        case 'told':
          this.cluster.told(op.userId, op.turn);
          return { outcome: 'unchanged' };
      }
    });
  }

  async sweep(): Promise<Drained> {
    const now = this.cluster.now();
    const own = this.cluster.live(this.current ?? '');
    if (!own || own.expiresAt <= now) return { changes: [], more: false };
    const ended = [...this.cluster.holders].filter(([, { expiresAt, ended }]) => ended || expiresAt <= now);
    for (const [, holder] of ended) holder.ended = true;
    return this.cluster.drain(ended.map(([incarnation]) => incarnation));
  }

  async retire(which: 'earlier' | 'all'): Promise<Drained> {
    if (which === 'all' && this.current !== undefined) {
      this.earlier.push(this.current);
      this.current = undefined;
    }
    const drained = this.cluster.drain(this.earlier);
    if (!drained.more) this.earlier = [];
    return drained;
  }

  async untold(): Promise<Untold[]> {
    return this.cluster.untold(this.untoldMs);
  }

  async members(group: string, { cursor = '0', limit = 100 } = {}): Promise<MembersPage> {
    return this.cluster.page(group, Number(cursor), limit);
  }

  async counts(groups: readonly string[]): Promise<number[]> {
    return groups.map((group) => this.cluster.count(group));
  }

  async isMember(group: string, userIds: readonly string[]): Promise<boolean[]> {
    return userIds.map((userId) => this.cluster.has(group, userId));
  }

  async otherNodesHolding(group: string, userId: string): Promise<string[]> {
    const own = [this.current, ...this.earlier];
    const holding = [...this.cluster.holders].filter(([, { held }]) => held.get(group)?.has(userId));
    const others = holding.map(([incarnation]) => incarnation).filter((incarnation) => !own.includes(incarnation));
    return [...new Set(others.map(nodeOf))];
  }

  async sockets(userId: string): Promise<SocketLocation[]> {
    const located = new Map<string, SocketLocation>();
    for (const [incarnation, { sockets }] of this.cluster.holders) {
      const nodeId = nodeOf(incarnation);
      for (const socketId of sockets.get(userId) ?? []) located.set(socketId, { nodeId, socketId });
    }
    return [...located.values()];
  }

  async attributes(userIds: readonly string[]): Promise<Attributes[]> {
    return userIds.map((userId) => this.cluster.attributesOf(userId));
  }

  async nodes(): Promise<NodeLease[]> {
    const now = this.cluster.now();
    return [...this.cluster.holders]
      .filter(([, { ended }]) => !ended)
      .map(([incarnation, { expiresAt }]) => ({
        nodeId: nodeOf(incarnation),
        incarnation,
        expiresInMs: expiresAt - now,
      }));
  }
}
