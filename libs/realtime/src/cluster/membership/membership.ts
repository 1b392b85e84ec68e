/** Cluster-wide group membership, for presence and rooms: joins and leaves, reads, and change listeners. */
import { LEASE_TIMING, type LeaseTiming } from './lease-timing';
import { type JoinResult, LocalMembers } from './local-members';
import type {
  DeliveryScope,
  MembershipChange,
  MembershipOp,
  MembershipStore,
  MembersPage,
  NodeLease,
} from './membership-store';
import type { MembershipExtension } from './membership-extension';
import { type MembershipHooks, MembershipSync } from './membership-sync';

export interface MembershipOptions {
  now: () => number;
  hooks: MembershipHooks;
  timing?: LeaseTiming;
}

/** Access to the store for a `MembershipExtension`, in the same order and with the same outages as memberships. */
export type StoreSession = Pick<MembershipSync, 'isConnected' | 'submit' | 'read'>;

const NO_CAPACITY_LIMIT = {};

/**
 * Sockets join and leave groups. Of each user and group only the first join and the last leave on this node reach the store;
 * all operations of one event-loop iteration go in one call. A promise resolves when the store has the operation, or at once
 * with `isLocal: true` while the store is unreachable; such operations reach the store after a reconnect. Reads answer for
 * the cluster, or for this node alone where they return `isLocal: true`.
 */
export class Membership {
  private readonly local = new LocalMembers();
  private readonly changeListeners: ((changes: MembershipChange[], scope: DeliveryScope) => void)[] = [];
  private readonly confirmedListeners: ((changes: MembershipChange[], scope: DeliveryScope) => void)[] = [];
  private readonly sync: MembershipSync;

  constructor(
    private readonly store: MembershipStore,
    private readonly options: MembershipOptions,
  ) {
    const { timing = LEASE_TIMING, hooks, now } = options;
    const notify = (changes: MembershipChange[], scope?: DeliveryScope): void => this.notifyListeners(changes, scope);
    this.sync = new MembershipSync(store, this.local, notify, hooks, timing, now);
  }

  /** Resolves after the first attempt to reach the store; if that fails, the node works offline and keeps retrying. */
  start(): Promise<void> {
    return this.sync.start();
  }

  /** Removes everything this node holds from the store and announces the resulting leaves. */
  stop(): Promise<void> {
    return this.sync.stop();
  }

  /** Keeps the state of this extension in the store under the node's lease. */
  extend(extension: MembershipExtension): StoreSession {
    this.sync.extension = extension;
    return this.sync;
  }

  /**
   * Listens to changes. Each is announced once, on one node of the cluster. While the store is unreachable each node announces
   * the changes of its own sockets; after a reconnect it announces only the others, and corrects those that were wrong.
   */
  onChange(listener: (changes: MembershipChange[], scope: DeliveryScope) => void): void {
    this.changeListeners.push(listener);
  }

  /** Listens to changes that this node announced offline and the store has confirmed: other nodes do not know them yet. */
  onConfirmed(listener: (changes: MembershipChange[], scope: DeliveryScope) => void): void {
    this.confirmedListeners.push(listener);
  }

  /** Answers `full` and joins nothing if `capacity` other users are in the group already. */
  join(
    group: string,
    userId: string,
    socketId: string,
    { capacity }: { capacity?: number } = NO_CAPACITY_LIMIT,
  ): Promise<JoinResult> {
    const known = this.local.get(group, userId);
    if (known) {
      if (!known.sockets.includes(socketId)) known.sockets.push(socketId);
      return known.pendingJoin ?? this.unchangedResult();
    }
    const member = this.local.add(group, userId, socketId);
    const op: MembershipOp = { kind: 'join', group, userId };
    if (capacity !== undefined) op.capacity = capacity;
    const answer = this.sync.submit(op, member);
    if (!member.isHeld) member.pendingJoin = answer;
    return answer;
  }

  leave(group: string, userId: string, socketId: string): Promise<JoinResult> {
    const member = this.local.get(group, userId);
    if (!member?.sockets.includes(socketId)) return this.unchangedResult();
    member.sockets = member.sockets.filter((known) => known !== socketId);
    if (member.sockets.length > 0) return this.unchangedResult();
    this.local.remove(member);
    return this.sync.submit({ kind: 'leave', group, userId });
  }

  async count(group: string): Promise<{ count: number; isLocal: boolean }> {
    const counts = await this.sync.read(() => this.store.memberCounts([group]));
    return { count: counts?.[0] ?? this.local.count(group), isLocal: counts === undefined };
  }

  /** One page as `MembershipStore.members` defines it; while the store is unreachable, all members on this node. */
  async members(
    group: string,
    page?: { cursor?: string; limit?: number },
  ): Promise<MembersPage & { isLocal: boolean }> {
    const found = await this.sync.read(() => this.store.members(group, page));
    return { ...(found ?? { users: this.local.users(group) }), isLocal: found === undefined };
  }

  /** Whether the user is in the group; `isLocal` if the store was unreachable and only this node's members were read. */
  async isMember(group: string, userId: string): Promise<{ isMember: boolean; isLocal: boolean }> {
    const [found] = (await this.areMembersAnywhere(group, [userId])) ?? [];
    return { isMember: found ?? this.isMemberHere(group, userId), isLocal: found === undefined };
  }

  async areMembers(group: string, userIds: readonly string[]): Promise<boolean[]> {
    return (await this.areMembersAnywhere(group, userIds)) ?? userIds.map((userId) => this.isMemberHere(group, userId));
  }

  /** Membership on any node, in the order of `userIds`; undefined while the store is unreachable. */
  areMembersAnywhere(group: string, userIds: readonly string[]): Promise<boolean[] | undefined> {
    return this.sync.read(() => this.store.areMembers(group, userIds));
  }

  /** The other nodes that hold the user in the group, including nodes that have just died; none without the store. */
  async otherNodesHolding(group: string, userId: string): Promise<string[]> {
    return (await this.sync.read(() => this.store.otherNodesHolding(group, userId))) ?? [];
  }

  /** The leases of all nodes; empty while the store is unreachable. */
  async nodes(): Promise<NodeLease[]> {
    return (await this.sync.read(() => this.store.nodes())) ?? [];
  }

  /** Whether this node itself holds the user in the group. */
  isMemberHere(group: string, userId: string): boolean {
    return this.local.get(group, userId) !== undefined;
  }

  private async unchangedResult(): Promise<JoinResult> {
    return { outcome: 'unchanged', isLocal: !this.sync.isConnected };
  }

  private notifyListeners(changes: MembershipChange[], scope: DeliveryScope = 'all'): void {
    if (changes.length === 0) return;
    for (const listener of scope === 'elsewhere' ? this.confirmedListeners : this.changeListeners) {
      try {
        listener(changes, scope);
      } catch (error) {
        this.options.hooks.onFailure('listener', error);
      }
    }
  }
}
