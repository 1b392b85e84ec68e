/**
 * The rooms of a session with its positions in them. Sessions of one user are mostly in the same rooms, so that large sets
 * of names are held once for all of them: n sessions in m rooms cost n + m, not n × m.
 */
import { createHash } from 'node:crypto';
import type { RoomSpans } from './recovery-store';
import { isOpen, type Spans } from './room-spans';

/** Fewer rooms are not worth a set of their own. */
const SHARED_FROM = 64;
/** A known set is taken where it differs from a session's rooms in no more than one of so many. */
const DIFFERS_IN = 4;

/** In place of a room that the shared set has and this session has not. */
const NEVER: Spans = [];

/** Names of rooms in which sessions have been from one position on, to this day. Never changes. */
export class RoomSet {
  private digest: string | undefined;

  constructor(readonly names: ReadonlySet<string>) {}

  /** The same for the same names, on whatever node. */
  get id(): string {
    return (this.digest ??= createHash('sha256')
      .update(JSON.stringify([...this.names].sort()))
      .digest('base64url'));
  }
}

/** What is stored of a session: the shared set, the position from which on all of it counts, and what differs from it. */
export interface RoomParts {
  readonly own: ReadonlyMap<string, Spans>;
  readonly shared: RoomSet | null;
  readonly since: Spans;
}

export class SessionRooms implements RoomSpans {
  private count: number;

  private constructor(
    private own: Map<string, Spans>,
    private shared: RoomSet | null,
    private since: Spans,
  ) {
    this.count = own.size;
    if (!shared) return;
    this.count = shared.names.size;
    for (const [room, spans] of own) this.count += Number(spans !== NEVER) - Number(shared.names.has(room));
  }

  /** Takes the map over. */
  static of(own: Map<string, Spans>): SessionRooms {
    return new SessionRooms(own, null, NEVER);
  }

  static ofParts({ own, shared, since }: RoomParts): SessionRooms {
    const normal = [...own].map(([room, spans]) => [room, spans.length === 0 ? NEVER : spans] as const);
    return new SessionRooms(new Map(normal), shared, since);
  }

  static copyOf(rooms: RoomSpans): SessionRooms {
    return rooms instanceof SessionRooms
      ? new SessionRooms(new Map(rooms.own), rooms.shared, rooms.since)
      : SessionRooms.of(new Map(rooms));
  }

  get size(): number {
    return this.count;
  }

  get parts(): RoomParts {
    const { own, shared, since } = this;
    return { own, shared, since };
  }

  get(room: string): Spans | undefined {
    const own = this.own.get(room);
    if (own) return own === NEVER ? undefined : own;
    return this.shared?.names.has(room) ? this.since : undefined;
  }

  set(room: string, spans: Spans): void {
    if (this.get(room) === undefined) this.count++;
    this.own.set(room, spans);
  }

  delete(room: string): void {
    if (this.get(room) === undefined) return;
    this.count--;
    if (this.shared?.names.has(room)) this.own.set(room, NEVER);
    else this.own.delete(room);
  }

  clear(): void {
    this.own = new Map();
    this.shared = null;
    this.count = 0;
  }

  *[Symbol.iterator](): IterableIterator<[string, Spans]> {
    for (const entry of this.own) if (entry[1] !== NEVER) yield entry;
    if (!this.shared) return;
    for (const room of this.shared.names) if (!this.own.has(room)) yield [room, this.since];
  }

  /** Notes that a room was left, and deletes the one that was left first where there are more than `most` such rooms. */
  leave(room: string, spans: Spans, most: number): void {
    this.own.delete(room);
    this.own.set(room, spans);
    let left = 0;
    let first: string | undefined;
    for (const [name, each] of this.own) {
      if (each === NEVER || isOpen(each)) continue;
      first ??= name;
      left++;
    }
    if (left > most && first !== undefined) this.delete(first);
  }

  /**
   * Lets the rooms that were entered at one position stand in a set, in `known` if that is about the same.
   * @returns the set in use.
   */
  share(known: RoomSet | undefined): RoomSet | null {
    const { own, shared } = this;
    if (own.size < SHARED_FROM + (shared ? shared.names.size / DIFFERS_IN : 0)) return shared;
    const all = shared ? new Map(this) : own;
    const since = commonest(all);
    const together = new Set<string>();
    for (const [room, spans] of all) if (isSince(spans, since)) together.add(room);
    if (together.size < SHARED_FROM) return shared;
    const set = known && areAlike(known.names, together) ? known : new RoomSet(together);
    this.own = new Map();
    for (const [room, spans] of all) if (!together.has(room) || !set.names.has(room)) this.own.set(room, spans);
    if (set === known) for (const room of set.names) if (!all.has(room)) this.own.set(room, NEVER);
    this.shared = set;
    this.since = [since, 0];
    return set;
  }

  /** Takes `known` in place of its own set where both hold the same names. */
  adopt(known: RoomSet | undefined): void {
    if (known && this.shared && this.shared !== known && this.shared.id === known.id) this.shared = known;
  }
}

/** Of each user the set that its sessions on this node share, for as long as one of them does. */
export class SharedRooms {
  private readonly sets = new Map<string, WeakRef<RoomSet>>();

  share(userId: string, rooms: SessionRooms): void {
    const known = this.sets.get(userId)?.deref();
    rooms.adopt(known);
    const set = rooms.share(known);
    if (set && set !== known) this.sets.set(userId, new WeakRef(set));
  }

  removeUnused(): void {
    for (const [userId, set] of this.sets) if (!set.deref()) this.sets.delete(userId);
  }
}

const isSince = (spans: Spans, since: number): boolean => spans.length === 2 && spans[0] === since && spans[1] === 0;

/** At which position most of the rooms were entered that have not been left since. */
function commonest(rooms: Iterable<[string, Spans]>): number {
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
  return known.size + rooms.size - 2 * common <= rooms.size / DIFFERS_IN;
}
