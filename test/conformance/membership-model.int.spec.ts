/** A thousand random steps of four nodes, after each of which the store says what a simple model says. */
import type {
  MembershipChange,
  MembershipOp,
  MembershipStore,
} from '../../libs/realtime/src/membership/membership-store';
import { changesOf, reopen } from '../../libs/realtime/src/membership/reopen';
import { allMembers, collect, KINDS, openNodes, type TestCluster } from './membership-clusters';
import { MembershipModel, type ModelNode } from './membership-model';
import { SEED } from '../support/properties';

const STEPS = 1_000;
const GROUPS = ['online', 'zone:x', 'zone:y', 'room:1'];
const USERS = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6'];
const NODES = 4;

/** Mulberry32: the same seed, the same steps. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Walk {
  private readonly model = new MembershipModel();
  private readonly running = new Map<string, MembershipStore>();
  private started = 0;

  constructor(
    private readonly cluster: TestCluster,
    private readonly random: () => number,
  ) {}

  async run(): Promise<void> {
    for (let i = 0; i < NODES; i++) await this.startNode();
    for (let step = 0; step < STEPS; step++) {
      this.model.hear(await this.step(), GROUPS);
      await this.compare();
    }
  }

  private async step(): Promise<MembershipChange[]> {
    const nodeId = this.pick([...this.running.keys()]);
    const dice = this.random();
    if (dice < 0.75) return this.change(nodeId);
    if (dice < 0.8) return this.kill(nodeId);
    if (dice < 0.85) return this.freeze(nodeId);
    if (dice < 0.95) return this.sweep();
    return this.reopen(nodeId);
  }

  private async change(nodeId: string): Promise<MembershipChange[]> {
    const { store, node } = this.of(nodeId);
    const ops = Array.from({ length: 1 + Math.floor(this.random() * 5) }, () => this.op());
    const before = node.swept ? await this.resume(nodeId) : [];
    const results = await store.apply(ops);
    expect(results.map(({ outcome }) => outcome)).toEqual(ops.map((op) => this.model.apply(node, op)));
    return [...before, ...changesOf(ops, results)];
  }

  /** The process is gone; another takes the place of the node at once. */
  private async kill(nodeId: string): Promise<MembershipChange[]> {
    await this.cluster.lapse(nodeId);
    this.of(nodeId).node.lapsed = true;
    this.running.delete(nodeId);
    await this.startNode();
    return [];
  }

  /** Stands still past its lease, or wakes before anybody has noticed. */
  private async freeze(nodeId: string): Promise<MembershipChange[]> {
    const { store, node } = this.of(nodeId);
    if (node.lapsed) expect(await store.renew()).toBe(node.swept ? 'lost' : 'held');
    else await this.cluster.lapse(nodeId);
    node.lapsed = !node.lapsed || node.swept;
    return [];
  }

  private async sweep(): Promise<MembershipChange[]> {
    const able = [...this.running].filter(([nodeId]) => !this.of(nodeId).node.lapsed).slice(0, 3);
    if (able.length > 0) this.model.sweep();
    return (await Promise.all(able.map(([, store]) => collect(() => store.sweep())))).flat();
  }

  /** A swept node finds out in one way or the other. */
  private async resume(nodeId: string): Promise<MembershipChange[]> {
    const { store } = this.of(nodeId);
    if (this.random() < 0.5) expect(await store.renew()).toBe('lost');
    else await expect(store.apply([this.op()])).rejects.toThrow('lease');
    return this.reopen(nodeId);
  }

  private async reopen(nodeId: string): Promise<MembershipChange[]> {
    const { store, node } = this.of(nodeId);
    const state = [...node.wanted].map((pair): MembershipOp => {
      const [group = '', userId = ''] = pair.split(' ');
      return { kind: 'join', group, userId };
    });
    const told: MembershipChange[] = [];
    await reopen(store, state, undefined, (changes) => told.push(...changes));
    this.model.reopen(node);
    return told;
  }

  private async compare(): Promise<void> {
    const store = this.pick([...this.running.values()]);
    expect(await store.counts(GROUPS)).toEqual(GROUPS.map((group) => this.model.users(group).length));
    const members = await Promise.all(GROUPS.map((group) => allMembers(store, group)));
    expect(members).toEqual(GROUPS.map((group) => this.model.users(group)));
  }

  private op(): MembershipOp {
    const group = this.pick(GROUPS);
    const userId = this.pick(USERS);
    if (this.random() < 0.4) return { kind: 'leave', group, userId };
    return { kind: 'join', group, userId, ...(group === 'room:1' && { capacity: 3 }) };
  }

  private async startNode(): Promise<void> {
    const nodeId = `node-${++this.started}`;
    const [store] = await openNodes(this.cluster, nodeId);
    this.model.add(nodeId);
    this.running.set(nodeId, store!);
  }

  private of(nodeId: string): { store: MembershipStore; node: ModelNode } {
    return { store: this.running.get(nodeId)!, node: this.model.nodes.get(nodeId)! };
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }
}

describe.each(KINDS)('memberships in %s', (_kind, create) => {
  it(`equal a model for ${STEPS} steps of ${NODES} nodes (TEST_SEED=${SEED})`, async () => {
    const cluster = create();
    try {
      await new Walk(cluster, seeded(SEED)).run();
    } finally {
      await cluster.close();
    }
  });
});
