/** Nodes for tests of `Membership` and `Presence`, with real stores behind a connection that can be cut. */
import { NodeIdentity } from '@aeturnis/platform';
import { LEASE_TIMING } from '../../libs/realtime/src/cluster/membership/lease-timing';
import { Membership } from '../../libs/realtime/src/cluster/membership/membership';
import type { MembershipChange, MembershipStore } from '../../libs/realtime/src/cluster/membership/membership-store';
import { Presence } from '../../libs/realtime/src/cluster/presence/presence';
import type { PresenceStore } from '../../libs/realtime/src/cluster/presence/presence-store';
import { MemoryCluster } from '../../libs/realtime/src/cluster/stores/memory-cluster';
import { MemoryMembershipStore } from '../../libs/realtime/src/cluster/stores/memory-membership-store';

/** cut: calls fail at once; deaf: requests arrive, their answers do not; held: calls wait until the link is open. */
type StoreLink = 'open' | 'cut' | 'deaf' | 'held';

export class MembershipTestNode {
  readonly membership: Membership;
  readonly presence: Presence;
  /** Changes announced on this node, as `group user kind`. */
  readonly events: string[] = [];
  readonly changes: MembershipChange[] = [];
  /** The operations that reached the store, per call of `apply`. */
  readonly applied: (readonly unknown[])[] = [];
  readonly log: string[] = [];
  private link: StoreLink = 'open';
  private heldRequests: (() => void)[] = [];

  constructor(
    readonly nodeId: string,
    store: MembershipStore,
    presenceStore: PresenceStore,
    timing = LEASE_TIMING,
  ) {
    const hooks = {
      onStoreLost: () => this.log.push('away'),
      onStoreRestored: () => this.log.push('back'),
      onFailure: (what: string) => this.log.push(`failed ${what}`),
    };
    this.membership = new Membership(this.withLink(store), { now: () => Date.now(), hooks, timing });
    this.presence = new Presence(this.membership, this.withLink(presenceStore), nodeId);
    this.membership.onChange((changes) => {
      this.changes.push(...changes);
      this.events.push(...changes.map(({ group, userId, kind }) => `${group} ${userId} ${kind}`));
    });
  }

  set storeLink(state: StoreLink) {
    this.link = state;
    if (state !== 'held') for (const release of this.heldRequests.splice(0)) release();
  }

  /** @returns the changes announced since the last call. */
  takeEvents(): string[] {
    return this.events.splice(0);
  }

  private withLink<Store extends object>(store: Store): Store {
    return new Proxy(store, {
      get: (target, property) => {
        const method: unknown = Reflect.get(target, property, target);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (this.link === 'held') await new Promise<void>((release) => this.heldRequests.push(release));
          if (this.link === 'cut') throw new Error('cut off');
          if (property === 'apply') this.applied.push(args[0] as unknown[]);
          const answer: unknown = await method.apply(target, args);
          if ((this.link as StoreLink) === 'deaf') throw new Error('no answer');
          return answer;
        };
      },
    });
  }
}

interface MemoryNodes extends Record<'a' | 'b', MembershipTestNode> {
  cluster: MemoryCluster;
  /** A further node that is not started, and that the test has to stop. */
  newNode(nodeId: string): MembershipTestNode;
}

/** A test with fake timers on nodes `a` and `b` that share a store in memory; they are started before, and stopped afterwards. */
export function itOnNodes(title: string, run: (nodes: MemoryNodes) => Promise<void>): void {
  it(title, async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const cluster = new MemoryCluster(() => Date.now());
    const newNode = (nodeId: string): MembershipTestNode => {
      const store = new MemoryMembershipStore(cluster, new NodeIdentity({ nodeId }));
      return new MembershipTestNode(nodeId, store, cluster.presence);
    };
    const [a, b] = [newNode('a'), newNode('b')];
    try {
      await Promise.all([a.membership.start(), b.membership.start()]);
      await run({ cluster, a, b, newNode });
    } finally {
      for (const node of [a, b]) node.storeLink = 'open';
      await Promise.all([a.presence.stop(), b.presence.stop()]);
      jest.useRealTimers();
    }
  });
}

export async function cutOff(node: MembershipTestNode): Promise<void> {
  node.storeLink = 'cut';
  await jest.advanceTimersByTimeAsync(LEASE_TIMING.renewMs);
}

export async function reconnect(node: MembershipTestNode): Promise<void> {
  node.storeLink = 'open';
  await jest.advanceTimersByTimeAsync(LEASE_TIMING.retryMs);
}
