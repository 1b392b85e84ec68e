/**
 * The port of presence, implemented over Redis and in memory: attributes, sockets and pending announcements of the users in
 * `online`. `MembershipStore.apply` takes the operations, in one atomic batch with the joins and leaves.
 */
import type { MembershipChange, MembershipOpResult } from '../membership/membership-store';

/** The group of all users that have a connection. A user's attributes are deleted with the last membership in it. */
export const ONLINE = 'online';

/** After this time without an `acknowledge`, the announcement of an `online` change is given to another caller. */
export const OVERDUE_AFTER_MS = 5_000;

/** Small facts about an online user, such as the presence status. */
export type UserAttributes = Record<string, string>;
/** Attributes to set; null removes one. */
export type UserAttributePatch = Record<string, string | null>;

export type PresenceOp =
  /** All sockets that this node holds for a user; replaces the previous list. */
  | { kind: 'sockets'; userId: string; socketIds: readonly string[] }
  /** Ignored for a user that is not online; with `unlessSet` also for one that has any attributes. */
  | { kind: 'attributes'; userId: string; attributes: UserAttributePatch; unlessSet?: boolean }
  /** Opens an announcement about this user, as a change of `online` does, and assigns it the next sequence number. */
  | { kind: 'nextChangeSeq'; userId: string }
  /** All announcements about this user up to that sequence number were delivered, or have no recipients. */
  | { kind: 'acknowledge'; userId: string; changeSeq: number };

/** What the store adds to a change of `online`, in the same atomic step, and answers to `nextChangeSeq`. */
export interface OnlineDetails {
  /** The sequence number of this change. */
  changeSeq?: number;
  /** Not of entering: the sequence number of the user's entry while that has not been acknowledged. */
  pendingOnlineSeq?: number;
  /** Only of leaving: the attributes that were deleted with it. */
  attributes?: UserAttributes;
}
export type OnlineChange = MembershipChange & OnlineDetails;
export type OnlineOpResult = MembershipOpResult & OnlineDetails;

export type UnannouncedChange = Required<Pick<OnlineDetails, 'changeSeq'>> & OnlineDetails & { userId: string };

export interface SocketLocation {
  nodeId: string;
  socketId: string;
}

/**
 * Changes of `online` carry sequence numbers that ascend across the cluster and order the announcements about a user. Until
 * such a change is acknowledged, `claimOverdue` returns it again, so that it is not lost if the node that was to announce it
 * dies. Every method rejects within seconds if the store cannot be reached.
 */
export interface PresenceStore {
  /**
   * Returns the users whose announcement has not been acknowledged for this time, on whichever node it was due, at most
   * `MAX_MEMBERSHIP_BATCH`. Each gets a new sequence number, under which this caller announces the current state. The time
   * then starts again, so that no other caller gets them now.
   */
  claimOverdue(overdueMs: number): Promise<UnannouncedChange[]>;
  /** The user's sockets on all nodes, each once. */
  sockets(userId: string): Promise<SocketLocation[]>;
  /** In the order of `userIds`; empty for a user without attributes. */
  attributes(userIds: readonly string[]): Promise<UserAttributes[]>;
}
