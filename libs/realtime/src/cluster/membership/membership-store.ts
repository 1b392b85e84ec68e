/** The port of memberships and leases, implemented over Redis and in memory: which users are in which group, on which node. */

/** Most operations in one `apply`, and most memberships that one `sweep` or `retire` removes. */
export const MAX_MEMBERSHIP_BATCH = 500;

/**
 * Which clients have yet to receive a change. `all`: those of every node. `here`: only those of this node, which is cut off
 * from the store and decides by its own sockets. `elsewhere`: those of the other nodes, after the store has confirmed a
 * change that was announced `here`.
 */
export type DeliveryScope = 'all' | 'here' | 'elsewhere';

/**
 * `entered`: the first node of the cluster holds the user in the group. `left`: the last one has released it. The store adds
 * the fields of a `MembershipExtension` to the changes of its group; they are passed on.
 */
export interface MembershipChange {
  group: string;
  userId: string;
  kind: 'entered' | 'left';
}

export type MembershipOp =
  /** With `capacity`: refused as `full` if the group already has that many other users. */
  { kind: 'join'; group: string; userId: string; capacity?: number } | { kind: 'leave'; group: string; userId: string };

/** An operation of a `MembershipExtension`, which has no group: the store applies it in one batch with joins and leaves. */
export interface ExtensionOp {
  readonly userId: string;
  readonly group?: undefined;
}
export type BatchOp = MembershipOp | ExtensionOp;

/** `unchanged`: already held, also held by another node, not held, or an operation that enters and leaves nothing. */
export type MembershipOutcome = 'entered' | 'left' | 'unchanged' | 'full';

/** The store adds the same fields as to the change, and its answer to an operation of an extension. */
export interface MembershipOpResult {
  outcome: MembershipOutcome;
}

/** `hasMore`: call again, further memberships have to be removed. */
export interface DrainResult {
  changes: MembershipChange[];
  hasMore: boolean;
}

export interface MembersPage {
  users: string[];
  /** The cursor of the next page; absent after the last. */
  next?: string;
}

export interface NodeLease {
  nodeId: string;
  incarnation: string;
  /** Negative if the lease has ended and no node has swept it yet. */
  expiresInMs: number;
}

/** The store does not know this node's incarnation: it was never opened, or its lease ended and another node swept it. */
export class LeaseLostError extends Error {
  constructor() {
    super('membership lease of this node has ended; open a new incarnation and repeat the operations');
    this.name = 'LeaseLostError';
  }
}

/**
 * A node holds memberships under an incarnation, a unique name for each `open`, with a lease that it has to renew. A user is
 * in a group while at least one incarnation holds it there. Every change (0↔1 incarnations) is returned to exactly one caller
 * in the cluster, which announces it.
 * Every method rejects within seconds if the store cannot be reached. After a rejected `sweep` or `retire` the next call
 * returns the unreceived answer again; after a rejected `apply` it is unknown whether the operations were done.
 */
export interface MembershipStore {
  /**
   * Begins a new incarnation that holds nothing; the previous one stays until `retire`.
   * @returns the epoch of the store; a different one than last time means that the store has lost all data.
   */
  open(): Promise<string>;
  /** Extends the lease, also an ended one that no node has swept yet. `lost`: another node has swept it. */
  renew(): Promise<'held' | 'lost'>;
  /** Applies all operations in order and atomically, in one round trip. Idempotent. @throws LeaseLostError having done nothing. */
  apply(ops: readonly BatchOp[]): Promise<MembershipOpResult[]>;
  /** Removes the memberships of ended incarnations. Does nothing if this node's own lease has ended: its clock may be wrong. */
  sweep(): Promise<DrainResult>;
  /** Removes the memberships of this node's incarnations: of the earlier ones, or of all of them at an orderly stop. */
  retire(which: 'earlier' | 'all'): Promise<DrainResult>;

  /** `limit` is a hint: a page may be longer, or empty before the last. A user in the group for the whole scan is in a page. */
  members(group: string, page?: { cursor?: string; limit?: number }): Promise<MembersPage>;
  /** Number of users per group, in the order of `groups`. */
  memberCounts(groups: readonly string[]): Promise<number[]>;
  areMembers(group: string, userIds: readonly string[]): Promise<boolean[]>;
  /** The other nodes that hold the user in the group, including dead ones that have not been swept yet. */
  otherNodesHolding(group: string, userId: string): Promise<string[]>;
  nodes(): Promise<NodeLease[]>;
}
