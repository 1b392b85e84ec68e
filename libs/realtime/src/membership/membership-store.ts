/** The port of memberships: which users are in which group, on which node. */

/** The group of the users who have a connection. Leaving it for good takes a user's attributes along. */
export const ONLINE = 'online';

/** How long those who are to tell a change of `online` have, before others see to it. */
export const UNTOLD_MS = 5_000;

/** Most operations in one `apply`, and most memberships one `sweep` or `retire` takes away. */
export const MAX_BATCH = 500;

/** Small facts about a user who is online. */
export type Attributes = Record<string, string>;
/** Attributes to set; null takes one away. */
export type AttributePatch = Record<string, string | null>;

/**
 * Who is still to be told of a change: everybody; who is connected to this node, which is cut off and decides by its own
 * sockets; or everybody else, when the store has confirmed on its return what was told here.
 */
export type Reach = 'all' | 'here' | 'elsewhere';

/** The first node of the cluster has come to hold a user in a group, or the last one holds it no more. */
export interface MembershipChange {
  group: string;
  userId: string;
  kind: 'entered' | 'left';
  /** Of `online`, as the store says: the turn at which it was made. */
  turn?: number;
  /** Of leaving `online`: the turn of the coming, where nobody has said that it is told. */
  came?: number;
  /** Where leaving `online` ended them: the attributes the user had. */
  attributes?: Attributes;
}

export type MembershipOp =
  /** With `capacity`: refused where so many other users are in the group already. */
  | { kind: 'join'; group: string; userId: string; capacity?: number }
  | { kind: 'leave'; group: string; userId: string }
  /** The sockets this node holds for a user: all of them, replacing what was said before. */
  | { kind: 'sockets'; userId: string; socketIds: readonly string[] }
  /** Ignored for a user who is not online; with `unlessSet` also for one who has any attributes. */
  | { kind: 'attributes'; userId: string; attributes: AttributePatch; unlessSet?: boolean }
  /** Something about this user is to be told, as with a change of `online`. */
  | { kind: 'turn'; userId: string }
  /** What was to be told of this user up to that turn is known to those who care, or concerns nobody. */
  | { kind: 'told'; userId: string; turn: number };

/** `unchanged`: held already or elsewhere too, not held, or nothing that enters or leaves. */
export type Outcome = 'entered' | 'left' | 'unchanged' | 'full';

export interface OpResult {
  outcome: Outcome;
  /** Of a change of `online`, and of `turn`. */
  turn?: number;
  /** Of leaving `online`, and of `turn`: the turn of the user's coming, where nobody has said that it is told. */
  came?: number;
  attributes?: Attributes;
}

/** `more`: call again, there is more to take away. */
export interface Drained {
  changes: MembershipChange[];
  more: boolean;
}

export interface Untold {
  userId: string;
  turn: number;
  /** The turn of the user's coming, where nobody has said that it is told. */
  came?: number;
}

export interface MembersPage {
  users: string[];
  /** Where the next page begins; absent after the last. */
  next?: string;
}

export interface SocketLocation {
  nodeId: string;
  socketId: string;
}

export interface NodeLease {
  nodeId: string;
  incarnation: string;
  /** Negative where the lease has ended and nobody has swept it yet. */
  expiresInMs: number;
}

/** This node's incarnation is not known to the store: never opened, or its lease ended and others have retired it. */
export class LeaseLostError extends Error {
  constructor() {
    super('the lease of this node has ended');
    this.name = 'LeaseLostError';
  }
}

/**
 * A node holds memberships under its incarnation, a name of its own for each time it opens, with a lease to be renewed.
 * A user is in a group while any incarnation holds it there. Every change (0↔1 incarnations) is told to exactly one
 * caller, in the cluster and over time. Changes of `online` have turns, numbers that ascend over cluster and time, by
 * which what is told of a user is put in order; until somebody says `told`, the user is one of the `untold`, so that
 * nothing is lost with the caller who was to pass it on.
 * Every method rejects within seconds when the store cannot be reached. After a rejected `sweep` or `retire` the next
 * one answers again what was not heard; after a rejected `apply` it is unknown whether it was done.
 */
export interface MembershipStore {
  /**
   * Begins a new incarnation, holding nothing; the one before stays until `retire`.
   * Answers the epoch of the store: another one than last time means that it has lost everything.
   */
  open(): Promise<string>;
  /** Prolongs the lease. An ended lease is prolonged too while nobody has swept it; `lost`: somebody has. */
  renew(): Promise<'held' | 'lost'>;
  /** In order, all in one round trip, nothing in between; repeating an operation changes nothing. @throws LeaseLostError having done nothing. */
  apply(ops: readonly MembershipOp[]): Promise<OpResult[]>;
  /** Takes away what ended incarnations hold. Does nothing while this node's own lease has ended, for then the clock may be at fault. */
  sweep(): Promise<Drained>;
  /** Takes away what incarnations of this node hold: the earlier ones, or all of them for an orderly end. */
  retire(which: 'earlier' | 'all'): Promise<Drained>;
  /**
   * Users of whom something has been waiting to be told for `UNTOLD_MS`, whichever node was to do it, each with a new turn
   * for this caller to tell how things are now: it has as long for that, before somebody else is asked.
   */
  untold(): Promise<Untold[]>;

  /** A wish for `limit`, not a promise: a page may be longer, or empty before the last. Who is in the group throughout is in a page. */
  members(group: string, page?: { cursor?: string; limit?: number }): Promise<MembersPage>;
  /** Users per group, in the order asked. */
  counts(groups: readonly string[]): Promise<number[]>;
  isMember(group: string, userIds: readonly string[]): Promise<boolean[]>;
  /** The other nodes that hold the user in the group, also those that have died and are not swept yet. */
  otherNodesHolding(group: string, userId: string): Promise<string[]>;
  /** Each socket once, on any node. */
  sockets(userId: string): Promise<SocketLocation[]>;
  /** In the order asked; empty for users who have none. */
  attributes(userIds: readonly string[]): Promise<Attributes[]>;
  nodes(): Promise<NodeLease[]>;
}

export const MEMBERSHIP_STORE = Symbol('MembershipStore');
