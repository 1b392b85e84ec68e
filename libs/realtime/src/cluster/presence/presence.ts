/** Online users across all nodes: a user is online while a connection is open, and for a short grace period afterwards. */
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Membership, StoreSession } from '../membership/membership';
import type { DeliveryScope, MembersPage } from '../membership/membership-store';
import { DeferredLeaves } from './deferred-leaves';
import { LocalPresence } from './local-presence';
import {
  ONLINE,
  type OnlineChange,
  type OnlineDetails,
  type OnlineOpResult,
  OVERDUE_AFTER_MS,
  type PresenceOp,
  type PresenceStore,
  type SocketLocation,
  type UserAttributePatch,
  type UserAttributes,
} from './presence-store';

/** How an online or offline change of a user is to be announced. */
export interface PresenceAnnouncement {
  /** Orders the announcements of this user; unknown to a node that is cut off from Redis. */
  readonly changeSeq: number | undefined;
  /** The sequence of an unacknowledged online announcement, which has to be published before the offline one. */
  readonly pendingOnlineSeq?: number;
  /** The clients that have yet to receive the announcement. */
  readonly reach: DeliveryScope;
}

type OverdueListener = (userId: string, announcement: PresenceAnnouncement) => void;

/** The access to the store, with the operations and answers of presence. It never rejects. */
interface PresenceSession extends Pick<StoreSession, 'isConnected' | 'read'> {
  submit(op: PresenceOp): Promise<OnlineOpResult>;
}

/** How long a user stays online after its last connection to this node has ended. */
export const LEAVE_DELAY_MS = 2_000;
/** As which one socket all connections of a user on this node are in `online`. */
const HOLDER = 'presence';

export class Presence implements OnApplicationBootstrap {
  private readonly local = new LocalPresence();
  private readonly deferredLeaves = new DeferredLeaves(LEAVE_DELAY_MS);
  private readonly overdueListeners: OverdueListener[] = [];
  private readonly session: PresenceSession;

  constructor(
    private readonly membership: Membership,
    private readonly store: PresenceStore,
    private readonly nodeId: string,
  ) {
    this.session = membership.extend({
      snapshotOps: () => this.local.snapshotOps(),
      onDecidedOffline: (op: PresenceOp) => this.local.onDecidedOffline(op),
      onStoreRestored: () => this.local.onStoreRestored(),
      acknowledgementsOf,
      afterSweep: () => this.announceOverdue(),
    });
  }

  /** Starts at bootstrap, when all listeners for changes have been registered. */
  onApplicationBootstrap(): Promise<void> {
    return this.membership.start();
  }

  /**
   * Announces the users of this node as offline, then stops its membership. Users whose leave is deferred may be reconnecting
   * to another node, so their delay is awaited first, until `skipWait` aborts.
   */
  async stop(skipWait: AbortSignal = AbortSignal.abort()): Promise<void> {
    await this.deferredLeaves.waitForPending(skipWait);
    this.deferredLeaves.flush();
    await this.membership.stop();
  }

  /** A connection of the user opened on this node. */
  onConnectionOpened(userId: string, socketId: string): Promise<unknown> {
    this.deferredLeaves.cancel(userId);
    const joined = this.membership.join(ONLINE, userId, HOLDER);
    const sockets = this.local.socketsOf(userId);
    if (!sockets.includes(socketId)) this.setSockets(userId, [...sockets, socketId]);
    return joined;
  }

  /** A connection of the user ended on this node. */
  onConnectionClosed(userId: string, socketId: string): void {
    const known = this.local.socketsOf(userId);
    const remaining = known.filter((id) => id !== socketId);
    if (remaining.length === known.length) return;
    this.setSockets(userId, remaining);
    if (remaining.length === 0) this.deferredLeaves.schedule(userId, () => void this.leave(userId));
  }

  /** Calls the listener on one node when a user's first connection opens. */
  onOnline(listener: (userId: string, announcement: PresenceAnnouncement) => void): void {
    this.onChange('entered', ({ userId, ...change }, scope) => listener(userId, toAnnouncement(change, scope)));
  }

  /**
   * Calls the listener on one node after the grace period of a user's last connection, or when the node of that connection
   * has died; with the last attributes of the user.
   */
  onOffline(listener: (userId: string, attributes: UserAttributes, announcement: PresenceAnnouncement) => void): void {
    this.onChange('left', ({ userId, attributes, ...change }, scope) => {
      const ownAttributes = scope === 'here' ? this.local.attributesOf(userId) : {};
      listener(userId, attributes ?? ownAttributes, toAnnouncement(change, scope));
    });
  }

  /**
   * Calls the listener on one node when an announcement has been unacknowledged for some seconds: the node that had to
   * publish it may have died or failed. The listener publishes the user's current state under the given sequence.
   */
  onUnannounced(listener: OverdueListener): void {
    this.overdueListeners.push(listener);
  }

  /** Begins an announcement about a user. If this node dies before it acknowledges, another node publishes it. */
  async beginAnnouncement(userId: string): Promise<PresenceAnnouncement> {
    const { isConnected } = this.session;
    return toAnnouncement(isConnected ? await this.session.submit({ kind: 'nextChangeSeq', userId }) : {}, 'all');
  }

  /** Marks all announcements of the user up to this sequence as published, or as unnecessary. */
  acknowledgeAnnouncement(userId: string, changeSeq: number): void {
    void this.session.submit({ kind: 'acknowledge', userId, changeSeq });
  }

  areOnline(userIds: readonly string[]): Promise<boolean[]> {
    return this.membership.areMembers(ONLINE, userIds);
  }

  /** Like `areOnline`; undefined while Redis is unavailable, since users may be online on other nodes. */
  areOnlineAnywhere(userIds: readonly string[]): Promise<boolean[] | undefined> {
    return this.membership.areMembersAnywhere(ONLINE, userIds);
  }

  listOnline(page: { cursor?: string; limit?: number } = {}): Promise<MembersPage> {
    return this.membership.members(ONLINE, page);
  }

  async countOnline(): Promise<number> {
    return (await this.membership.count(ONLINE)).count;
  }

  /** Sets small attributes of an online user, visible to all nodes and deleted when the user goes offline; null deletes one. */
  async setAttributes(userId: string, attributes: UserAttributePatch): Promise<void> {
    if (this.membership.isMemberHere(ONLINE, userId)) this.local.mergeAttributes(userId, attributes);
    await this.session.submit({ kind: 'attributes', userId, attributes });
  }

  async attributes(userIds: readonly string[]): Promise<UserAttributes[]> {
    return (
      (await this.session.read(() => this.store.attributes(userIds))) ??
      userIds.map((userId) => this.local.attributesOf(userId))
    );
  }

  /** The sockets of the user on all nodes; while the store is unreachable, those on this node. */
  async sockets(userId: string): Promise<SocketLocation[]> {
    const { nodeId } = this;
    const own = this.local.socketsOf(userId).map((socketId) => ({ nodeId, socketId }));
    return (await this.session.read(() => this.store.sockets(userId))) ?? own;
  }

  private onChange(kind: OnlineChange['kind'], listener: (change: OnlineChange, reach: DeliveryScope) => void): void {
    const handleChanges = (changes: OnlineChange[], reach: DeliveryScope): void => {
      for (const change of changes) if (change.group === ONLINE && change.kind === kind) listener(change, reach);
    };
    this.membership.onChange(handleChanges);
    this.membership.onConfirmed(handleChanges);
  }

  private async announceOverdue(): Promise<void> {
    for (const { userId, ...change } of await this.store.claimOverdue(OVERDUE_AFTER_MS)) {
      for (const listener of this.overdueListeners) listener(userId, toAnnouncement(change, 'all'));
    }
  }

  // Attributes are deleted after the leave has been announced with them.
  private async leave(userId: string): Promise<void> {
    await this.membership.leave(ONLINE, userId, HOLDER);
    if (!this.membership.isMemberHere(ONLINE, userId)) this.local.removeAttributes(userId);
  }

  private setSockets(userId: string, socketIds: readonly string[]): void {
    this.local.setSockets(userId, socketIds);
    void this.session.submit({ kind: 'sockets', userId, socketIds });
  }
}

function acknowledgementsOf(changes: readonly OnlineChange[]): PresenceOp[] {
  return changes.flatMap(({ userId, changeSeq }) =>
    changeSeq === undefined ? [] : [{ kind: 'acknowledge', userId, changeSeq }],
  );
}

function toAnnouncement({ changeSeq, pendingOnlineSeq }: OnlineDetails, reach: DeliveryScope): PresenceAnnouncement {
  return { changeSeq, reach, ...(pendingOnlineSeq !== undefined && { pendingOnlineSeq }) };
}
