/**
 * The rooms of a session with the intervals in which it was in them. Sessions of one user are mostly in the same rooms, so large
 * sets of room names are held once for all of them: n sessions in m rooms cost n + m, not n × m.
 */
import { createHash } from 'node:crypto';

/** When a session was in a room, in journal numbers: pairs of `since` (exclusive) and `until` (inclusive; 0: still in). */
// Stored in Redis as they are, and never modified: sessions share equal ones.
export type RoomIntervals = readonly number[];

/** Intervals by room. A plain `Map` fits; sessions use `SessionRooms`, which share equal sets of room names. */
export interface RoomIntervalMap extends Iterable<[string, RoomIntervals]> {
  get(room: string): RoomIntervals | undefined;
}

/** Per room, two per interval; the oldest are dropped. */
const MAX_INTERVAL_NUMBERS = 32;
/** Fewer rooms are not worth a set of their own. */
const MIN_SHARED_ROOMS = 64;
/** A known set is used if the number of names that differ is at most the session's number of rooms divided by this. */
const MAX_DIFFERENCE_DIVISOR = 4;

export const isInRoom = (intervals: RoomIntervals | undefined): boolean => intervals?.at(-1) === 0;

/** Whether the session was in the room when entry `n` was appended. */
export function includesEntry(intervals: RoomIntervals | undefined, n: number): boolean {
  if (!intervals) return false;
  for (let i = 0; i + 1 < intervals.length; i += 2) {
    const [since = 0, until = 0] = [intervals[i], intervals[i + 1]];
    if (n > since && (until === 0 || n <= until)) return true;
  }
  return false;
}

export function openInterval(intervals: RoomIntervals | undefined, n: number): RoomIntervals {
  if (isInRoom(intervals)) return intervals ?? [];
  return [...(intervals ?? []), n, 0].slice(-MAX_INTERVAL_NUMBERS);
}

export function closeInterval(intervals: RoomIntervals, n: number): RoomIntervals {
  return isInRoom(intervals) ? [...intervals.slice(0, -1), Math.max(1, n)] : intervals;
}

/** Extends a closed interval to `n`: the entry was on its way when the session left, and is still due to it. */
export function extendLeaveTo(intervals: RoomIntervals, n: number): RoomIntervals {
  const until = intervals.at(-1) ?? 0;
  return until === 0 || until >= n ? intervals : [...intervals.slice(0, -1), n];
}

/** Cuts entry `n` out of the open interval: it was emitted before the session joined, and is not due to it. */
export function excludeEntry(intervals: RoomIntervals, n: number): RoomIntervals {
  const since = intervals.at(-2) ?? 0;
  if (!isInRoom(intervals) || since >= n) return intervals;
  const before = since === n - 1 ? intervals.slice(0, -2) : [...intervals.slice(0, -1), n - 1];
  return [...before, n, 0].slice(-MAX_INTERVAL_NUMBERS);
}

let lastInterval: RoomIntervals = [0, 0];

/** A new open interval. Rooms joined at the same number share one array, which saves memory for sessions in many rooms. */
export function intervalsFrom(n: number): RoomIntervals {
  if (lastInterval[0] !== n) lastInterval = [n, 0];
  return lastInterval;
}

/** Marks a room of the shared set in which the session was not, or whose record was deleted. Compared by identity. */
const NO_INTERVALS: RoomIntervals = [];

/** An immutable set of room names. A session is in all of them since one journal number, except for its own differences. */
export class RoomNameSet {
  private digest: string | undefined;

  constructor(readonly names: ReadonlySet<string>) {}

  /** A hash of the names: equal on all nodes for equal names. */
  get id(): string {
    return (this.digest ??= createHash('sha256')
      .update(JSON.stringify([...this.names].sort()))
      .digest('base64url'));
  }
}

/** The stored form: the shared set, the interval `[since, 0]` (not left yet) of its rooms, and the session's differences from it. */
export interface SessionRoomParts {
  readonly own: ReadonlyMap<string, RoomIntervals>;
  readonly shared: RoomNameSet | null;
  readonly sharedSince: RoomIntervals;
}

export class SessionRooms implements RoomIntervalMap {
  private count: number;

  private constructor(
    /** The session's differences from the shared set; all its rooms if there is none. */
    private own: Map<string, RoomIntervals>,
    private shared: RoomNameSet | null,
    private since: RoomIntervals,
  ) {
    this.count = own.size;
    if (!shared) return;
    this.count = shared.names.size;
    for (const [room, value] of own) this.count += Number(value !== NO_INTERVALS) - Number(shared.names.has(room));
  }

  /** Takes ownership of the map. */
  static of(own: Map<string, RoomIntervals>): SessionRooms {
    return new SessionRooms(own, null, NO_INTERVALS);
  }

  static ofParts({ own, shared, sharedSince }: SessionRoomParts): SessionRooms {
    const marked = [...own].map(([room, value]) => [room, value.length === 0 ? NO_INTERVALS : value] as const);
    return new SessionRooms(new Map(marked), shared, sharedSince);
  }

  static copyOf(rooms: RoomIntervalMap): SessionRooms {
    return rooms instanceof SessionRooms
      ? new SessionRooms(new Map(rooms.own), rooms.shared, rooms.since)
      : SessionRooms.of(new Map(rooms));
  }

  get size(): number {
    return this.count;
  }

  get parts(): SessionRoomParts {
    const { own, shared, since } = this;
    return { own, shared, sharedSince: since };
  }

  get(room: string): RoomIntervals | undefined {
    const own = this.own.get(room);
    if (own) return own === NO_INTERVALS ? undefined : own;
    return this.shared?.names.has(room) ? this.since : undefined;
  }

  set(room: string, intervals: RoomIntervals): void {
    if (this.get(room) === undefined) this.count++;
    this.own.set(room, intervals);
  }

  delete(room: string): void {
    if (this.get(room) === undefined) return;
    this.count--;
    if (this.shared?.names.has(room)) this.own.set(room, NO_INTERVALS);
    else this.own.delete(room);
  }

  clear(): void {
    this.own = new Map();
    this.shared = null;
    this.count = 0;
  }

  *[Symbol.iterator](): IterableIterator<[string, RoomIntervals]> {
    for (const entry of this.own) if (entry[1] !== NO_INTERVALS) yield entry;
    if (!this.shared) return;
    for (const room of this.shared.names) if (!this.own.has(room)) yield [room, this.since];
  }

  /** Records that a room was left; with more than `maxLeftRooms` left rooms, deletes the one left first. */
  recordLeave(room: string, intervals: RoomIntervals, maxLeftRooms: number): void {
    this.own.delete(room);
    this.own.set(room, intervals);
    let left = 0;
    let first: string | undefined;
    for (const [name, value] of this.own) {
      if (value === NO_INTERVALS || isInRoom(value)) continue;
      first ??= name;
      left++;
    }
    if (left > maxLeftRooms && first !== undefined) this.delete(first);
  }

  /**
   * Moves the rooms that were joined at one journal number into a shared set, `known` if it is nearly equal, once the session's
   * differences have grown. @returns the set in use.
   */
  moveToSharedSet(known: RoomNameSet | undefined): RoomNameSet | null {
    const { own, shared } = this;
    if (own.size < MIN_SHARED_ROOMS + (shared ? shared.names.size / MAX_DIFFERENCE_DIVISOR : 0)) return shared;
    const allRooms = shared ? new Map(this) : own;
    const since = mostCommonStart(allRooms);
    const sharedNames = new Set<string>();
    for (const [room, intervals] of allRooms) if (isOpenFrom(intervals, since)) sharedNames.add(room);
    if (sharedNames.size < MIN_SHARED_ROOMS) return shared;
    const set = known && areAlike(known.names, sharedNames) ? known : new RoomNameSet(sharedNames);
    this.own = new Map();
    for (const [room, value] of allRooms) if (!sharedNames.has(room) || !set.names.has(room)) this.own.set(room, value);
    if (set === known) for (const room of set.names) if (!allRooms.has(room)) this.own.set(room, NO_INTERVALS);
    this.shared = set;
    this.since = [since, 0];
    return set;
  }

  /** Replaces the session's set by `known` if both hold the same names: a restored session has a copy of its own. */
  adoptEqualSet(known: RoomNameSet | undefined): void {
    if (known && this.shared && this.shared !== known && this.shared.id === known.id) this.shared = known;
  }
}

/** Per user, the set that its sessions on this node share; held weakly, for as long as a session uses it. */
export class SharedRoomSets {
  private readonly sets = new Map<string, WeakRef<RoomNameSet>>();

  share(userId: string, rooms: SessionRooms): void {
    const known = this.sets.get(userId)?.deref();
    rooms.adoptEqualSet(known);
    const set = rooms.moveToSharedSet(known);
    if (set && set !== known) this.sets.set(userId, new WeakRef(set));
  }

  removeUnused(): void {
    for (const [userId, set] of this.sets) if (!set.deref()) this.sets.delete(userId);
  }
}

const isOpenFrom = (intervals: RoomIntervals, since: number): boolean =>
  intervals.length === 2 && intervals[0] === since && intervals[1] === 0;

/** The journal number at which most of the rooms were joined that have not been left since. */
function mostCommonStart(rooms: Iterable<[string, RoomIntervals]>): number {
  const counts = new Map<number, number>();
  for (const [, [since = 0, until, ...more]] of rooms)
    if (until === 0 && more.length === 0) counts.set(since, (counts.get(since) ?? 0) + 1);
  let [best, most] = [0, 0];
  for (const [since, count] of counts) if (count > most) [best, most] = [since, count];
  return best;
}

function areAlike(known: ReadonlySet<string>, rooms: ReadonlySet<string>): boolean {
  let common = 0;
  for (const room of rooms) if (known.has(room)) common++;
  return known.size + rooms.size - 2 * common <= rooms.size / MAX_DIFFERENCE_DIVISOR;
}
