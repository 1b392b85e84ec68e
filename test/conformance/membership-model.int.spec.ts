/** After each of a thousand random steps of four nodes, the membership store agrees with a simple model. */
import type { MembershipChange, MembershipOp } from '../../libs/realtime/src/cluster/membership/membership-store';
import { changesOf, recoverLease } from '../../libs/realtime/src/cluster/membership/lease-recovery';
import {
  allMembers,
  collectChanges,
  describeClusters,
  openNode,
  type TestCluster,
  type TestStore,
} from './membership-clusters';
import { MembershipModel, type ModelNode } from './membership-model';
import { PROPERTY_SEED } from '../support/properties';
import { seededRandom } from '../support/zones/simulated-walks';

const STEPS = 1_000;
const GROUPS = ['online', 'zone:x', 'zone:y', 'room:1'];
const USERS = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6'];
const NODES = 4;

class RandomWalk {
  private readonly model = new MembershipModel();
  private readonly running = new Map<string, TestStore>();
  private started = 0;

  constructor(
    private readonly cluster: TestCluster,
    private readonly random: () => number,
  ) {}

  async run(): Promise<void> {
    for (let i = 0; i < NODES; i++) await this.startNode();
    for (let step = 0; step < STEPS; step++) {
      this.model.verifyChanges(await this.step(), GROUPS);
      await this.compareWithModel();
    }
  }

  private async step(): Promise<MembershipChange[]> {
    const nodeId = this.pick([...this.running.keys()]);
    const dice = this.random();
    if (dice < 0.75) return this.applyRandomOps(nodeId);
    if (dice < 0.8) return this.crash(nodeId);
    if (dice < 0.85) return this.toggleLeaseExpiry(nodeId);
    if (dice < 0.95) return this.sweep();
    return this.reopen(nodeId);
  }

  private async applyRandomOps(nodeId: string): Promise<MembershipChange[]> {
    const { store, node } = this.lookup(nodeId);
    const ops = Array.from({ length: 1 + Math.floor(this.random() * 5) }, () => this.randomOp());
    const before = node.isSwept ? await this.resume(nodeId) : [];
    const results = await store.apply(ops);
    expect(results.map(({ outcome }) => outcome)).toEqual(ops.map((op) => this.model.apply(node, op)));
    return [...before, ...changesOf(ops, results)];
  }

  /** The process dies, and a new node starts at once. */
  private async crash(nodeId: string): Promise<MembershipChange[]> {
    await this.cluster.expireLeases(nodeId);
    this.lookup(nodeId).node.hasExpired = true;
    this.running.delete(nodeId);
    await this.startNode();
    return [];
  }

  /** The node stalls past its lease, or wakes up, possibly before another node has swept it. */
  private async toggleLeaseExpiry(nodeId: string): Promise<MembershipChange[]> {
    const { store, node } = this.lookup(nodeId);
    if (node.hasExpired) expect(await store.renew()).toBe(node.isSwept ? 'lost' : 'held');
    else await this.cluster.expireLeases(nodeId);
    node.hasExpired = !node.hasExpired || node.isSwept;
    return [];
  }

  private async sweep(): Promise<MembershipChange[]> {
    const live = [...this.running].filter(([nodeId]) => !this.lookup(nodeId).node.hasExpired).slice(0, 3);
    if (live.length > 0) this.model.sweep();
    return (await Promise.all(live.map(([, store]) => collectChanges(() => store.sweep())))).flat();
  }

  /** A swept node learns of it from a renewal or from a rejected change. */
  private async resume(nodeId: string): Promise<MembershipChange[]> {
    const { store } = this.lookup(nodeId);
    if (this.random() < 0.5) expect(await store.renew()).toBe('lost');
    else await expect(store.apply([this.randomOp()])).rejects.toThrow('lease');
    return this.reopen(nodeId);
  }

  private async reopen(nodeId: string): Promise<MembershipChange[]> {
    const { store, node } = this.lookup(nodeId);
    const state = [...node.desired].map((pair): MembershipOp => {
      const [group = '', userId = ''] = pair.split(' ');
      return { kind: 'join', group, userId };
    });
    const collected: MembershipChange[] = [];
    await recoverLease(store, state, undefined, (changes) => collected.push(...changes));
    this.model.reopen(node);
    return collected;
  }

  private async compareWithModel(): Promise<void> {
    const store = this.pick([...this.running.values()]);
    expect(await store.memberCounts(GROUPS)).toEqual(GROUPS.map((group) => this.model.users(group).length));
    const members = await Promise.all(GROUPS.map((group) => allMembers(store, group)));
    expect(members).toEqual(GROUPS.map((group) => this.model.users(group)));
  }

  private randomOp(): MembershipOp {
    const group = this.pick(GROUPS);
    const userId = this.pick(USERS);
    if (this.random() < 0.4) return { kind: 'leave', group, userId };
    return { kind: 'join', group, userId, ...(group === 'room:1' && { capacity: 3 }) };
  }

  private async startNode(): Promise<void> {
    const nodeId = `node-${++this.started}`;
    this.running.set(nodeId, await openNode(this.cluster, nodeId));
    this.model.add(nodeId);
  }

  private lookup(nodeId: string): { store: TestStore; node: ModelNode } {
    return { store: this.running.get(nodeId)!, node: this.model.nodes.get(nodeId)! };
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }
}

describeClusters('memberships', (it) => {
  it(`equal a model for ${STEPS} steps of ${NODES} nodes (TEST_SEED=${PROPERTY_SEED})`, ({ cluster }) =>
    new RandomWalk(cluster, seededRandom(PROPERTY_SEED)).run());
});
