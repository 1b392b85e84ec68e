/** Who is in which group, cluster-wide: this node's sockets on the way in, changes and answers on the way out. */
import { LEASE_TIMING, type LeaseTiming } from './lease-timing';
import { Linger } from './linger';
import { type LocalMember, LocalMembers } from './local-members';
import {
  type AttributePatch,
  type Attributes,
  type MembershipChange,
  type MembershipOp,
  type MembershipStore,
  type MembersPage,
  type NodeLease,
  ONLINE,
  type Reach,
  type SocketLocation,
  type Untold,
} from './membership-store';
import type { Settled } from './settled';
import { type MembershipHooks, StoreSync } from './store-sync';

export interface MembershipOptions {
  nodeId: string;
  now: () => number;
  hooks: MembershipHooks;
  /** How long a user stays in `online` after the last socket of this node is gone. */
  lingerMs?: number;
  timing?: LeaseTiming;
}

const LINGER_MS = 2_000;
const NO_BOUND = {};

/**
 * Sockets join and leave groups; of each user and group only the first join and the last leave of this node reach the
 * store, all those of one turn of the event loop in one call. A promise settles when the store has it, or at once with
 * `local: true` while the store is away; what happens then is made good on its return. Answers are of the cluster, or of
 * this node alone where they say so.
 */
export class Membership {
  private readonly local = new LocalMembers();
  private readonly linger: Linger;
  private readonly listeners: ((changes: MembershipChange[], reach: Reach) => void)[] = [];
  private readonly confirmed: ((changes: MembershipChange[], reach: Reach) => void)[] = [];
  private readonly reminded: ((untold: readonly Untold[]) => void)[] = [];
  private readonly sync: StoreSync;

  constructor(
    private readonly store: MembershipStore,
    private readonly options: MembershipOptions,
  ) {
    const { lingerMs = LINGER_MS, timing = LEASE_TIMING, hooks, now } = options;
    this.linger = new Linger(lingerMs);
    const tell = (changes: MembershipChange[], reach?: Reach): void => this.tell(changes, reach);
    const remind = (untold: readonly Untold[]): void => this.reminded.forEach((listener) => listener(untold));
    this.sync = new StoreSync(store, this.local, tell, hooks, timing, now, remind);
  }

  /** Settles after the first attempt to reach the store; without it the node works alone until it can be reached. */
  start(): Promise<void> {
    return this.sync.start();
  }

  /**
   * Takes everything this node holds out of the store; what ends by that is told. Who left a moment ago may just be
   * coming back on another node: their time is awaited first, unless `hurry` says otherwise.
   */
  async stop(hurry: AbortSignal = AbortSignal.abort()): Promise<void> {
    await this.linger.settled(hurry);
    this.linger.flush();
    await this.sync.stop();
  }

  /**
   * Each change is told on one node of the cluster, once. While the store is away each node tells what changes by its own
   * sockets; on return it tells only what was not told, and corrects what proves wrong.
   */
  onChange(listener: (changes: MembershipChange[], reach: Reach) => void): void {
    this.listeners.push(listener);
  }

  /** Hears of changes that this node told while it was cut off and that the others, as the store now says, do not know. */
  onConfirmed(listener: (changes: MembershipChange[], reach: Reach) => void): void {
    this.confirmed.push(listener);
  }

  /** Hears of users of whom something should have been told, by this node or another one, which may have died over it. */
  onUntold(listener: (untold: readonly Untold[]) => void): void {
    this.reminded.push(listener);
  }

  /** Something is to be told of this user. @returns the turn by which it is put in order, where the store can be asked. */
  turn(userId: string): Promise<Pick<Settled, 'turn' | 'came'>> {
    return this.sync.submit({ kind: 'turn', userId });
  }

  /** What was to be told of this user up to that turn has been told. */
  told(userId: string, turn: number): void {
    this.sync.post({ kind: 'told', userId, turn });
  }

  /** `full`: refused, for `capacity` other users are in the group. */
  join(
    group: string,
    userId: string,
    socketId: string,
    { capacity }: { capacity?: number } = NO_BOUND,
  ): Promise<Settled> {
    if (group === ONLINE) this.linger.cancel(userId);
    const known = this.local.get(group, userId);
    if (known) {
      if (!known.sockets.includes(socketId)) this.setSockets(known, [...known.sockets, socketId]);
      return known.joining ?? this.unchanged();
    }
    const member = this.local.add(group, userId, socketId);
    const op: MembershipOp = { kind: 'join', group, userId };
    if (capacity !== undefined) op.capacity = capacity;
    const answer = this.sync.submit(op, member);
    if (!member.held) member.joining = answer;
    this.setSockets(member, member.sockets);
    return answer;
  }

  leave(group: string, userId: string, socketId: string): Promise<Settled> {
    const member = this.local.get(group, userId);
    if (!member?.sockets.includes(socketId)) return this.unchanged();
    this.setSockets(
      member,
      member.sockets.filter((known) => known !== socketId),
    );
    if (member.sockets.length > 0) return this.unchanged();
    if (group !== ONLINE) return this.depart(member);
    this.linger.start(userId, () => void this.depart(member));
    return this.unchanged();
  }

  /** Sets facts about a user who is online; ignored for others. They end with the user's going. */
  async setAttributes(userId: string, attributes: AttributePatch): Promise<void> {
    this.local.remember(userId, attributes);
    await this.sync.submit({ kind: 'attributes', userId, attributes });
  }

  async count(group: string): Promise<{ count: number; local: boolean }> {
    const counts = await this.ask(() => this.store.counts([group]));
    return { count: counts?.[0] ?? this.local.count(group), local: counts === undefined };
  }

  /** See the store for what a page is; without the store it is all of this node. */
  async members(group: string, page?: { cursor?: string; limit?: number }): Promise<MembersPage & { local: boolean }> {
    const found = await this.ask(() => this.store.members(group, page));
    return { ...(found ?? { users: this.local.users(group) }), local: found === undefined };
  }

  /** Whether one user is in `online`; `local` where only this node could be asked. */
  async online(userId: string): Promise<{ online: boolean; local: boolean }> {
    const found = await this.ask(() => this.store.isMember(ONLINE, [userId]));
    return { online: found?.[0] ?? this.holds(ONLINE, userId), local: found === undefined };
  }

  async isMember(group: string, userIds: readonly string[]): Promise<boolean[]> {
    return (await this.isMemberAnywhere(group, userIds)) ?? userIds.map((userId) => this.holds(group, userId));
  }

  /** On whatever node, in the order asked; undefined while the store is away and only this node could be asked. */
  isMemberAnywhere(group: string, userIds: readonly string[]): Promise<boolean[] | undefined> {
    return this.ask(() => this.store.isMember(group, userIds));
  }

  /** The other nodes that hold the user in the group, those that have just died included; none while the store is away. */
  async otherNodesHolding(group: string, userId: string): Promise<string[]> {
    return (await this.ask(() => this.store.otherNodesHolding(group, userId))) ?? [];
  }

  async sockets(userId: string): Promise<SocketLocation[]> {
    const { nodeId } = this.options;
    const own = this.local.get(ONLINE, userId)?.sockets ?? [];
    return (await this.ask(() => this.store.sockets(userId))) ?? own.map((socketId) => ({ nodeId, socketId }));
  }

  async attributes(userIds: readonly string[]): Promise<Attributes[]> {
    return (
      (await this.ask(() => this.store.attributes(userIds))) ?? userIds.map((userId) => this.local.attributesOf(userId))
    );
  }

  /** Empty while the store is away. */
  async nodes(): Promise<NodeLease[]> {
    return (await this.ask(() => this.store.nodes())) ?? [];
  }

  /** Whether this node itself has the user in the group. */
  holds(group: string, userId: string): boolean {
    return this.local.get(group, userId) !== undefined;
  }

  private depart(member: LocalMember): Promise<Settled> {
    this.local.remove(member);
    return this.sync.submit({ kind: 'leave', group: member.group, userId: member.userId });
  }

  // The cluster knows the sockets of a user from those in `online`, which is all of them.
  private setSockets(member: LocalMember, sockets: string[]): void {
    member.sockets = sockets;
    if (member.group === ONLINE) this.sync.post({ kind: 'sockets', userId: member.userId, socketIds: sockets });
  }

  private async unchanged(): Promise<Settled> {
    return { outcome: 'unchanged', local: !this.sync.joined };
  }

  private async ask<T>(read: () => Promise<T>): Promise<T | undefined> {
    if (!this.sync.joined) return undefined;
    try {
      return await read();
    } catch (error) {
      this.options.hooks.failed('read', error);
      return undefined;
    }
  }

  private tell(changes: MembershipChange[], reach: Reach = 'all'): void {
    if (changes.length === 0) return;
    for (const listener of reach === 'elsewhere' ? this.confirmed : this.listeners) {
      try {
        listener(changes, reach);
      } catch (error) {
        this.options.hooks.failed('listener', error);
      }
    }
  }
}
