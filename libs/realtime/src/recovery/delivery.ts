/** Writes recoverable events to the sockets of this node that they are for: from the journal, or ahead of it. */
import type { Adapter } from 'socket.io-adapter';
import type { Journal } from './journal';
import { isSuperseded, type JournalEntry, type Order } from './journal-entry';
import { Latest } from './latest';
import type { LocalSessions } from './local-sessions';
import type { Moves } from './moves';
import { OutgoingEvent } from './outgoing-event';
import { offsetOf } from './position';
import type { Pending } from './pending-entries';
import { forReceivers } from './receivers';
import type { Recoverability } from './recoverability';
import { FOR_ALL, ordersOf } from './recovery-store';
import type { Heard } from './ring';
import type { NamespaceInternals, SocketInternals } from './socket-internals';
import type { Submissions } from './submissions';

const NONE: ReadonlySet<string> = new Set();
/** A client that has been left out so often gets a fresh offset, or its old one would fall off the end of its rooms. */
const LEFT_OUT_AT_MOST = 1_000;

export interface DeliveryParts {
  readonly source: string;
  readonly adapter: Adapter;
  readonly inside: NamespaceInternals;
  readonly journal: Journal;
  readonly submissions: Submissions;
  readonly sessions: LocalSessions;
  readonly moves: Moves;
  readonly recoverability: Recoverability;
  /** Gives sockets an offset. */
  freshen(socketIds: string[]): void;
  /** Lets the connection of a socket follow an order. */
  obey(socketId: string, order: Exclude<Order, { kind: 'gap' }>): void;
}

export class Delivery {
  private readonly leftOut = new Map<string, number>();
  private readonly latest = new Latest();

  constructor(private readonly parts: DeliveryParts) {}

  /** An entry of the journal, in its place. */
  heard({ n, entry }: Heard): void {
    const { source, submissions, adapter, journal, recoverability } = this.parts;
    const own = entry.source === source;
    // By which entry of this node its sockets have had the event already.
    const deliveredSeq = own
      ? submissions.heard(entry.seq).told
        ? entry.seq
        : undefined
      : submissions.heardElsewhere(entry.dedupId);
    const { position } = journal;
    const repeated = this.latest.repeats(entry);
    if (entry.order) this.ordered(entry, n, own);
    else if (repeated) this.passOver(entry);
    else if (position && !isSuperseded(entry)) {
      // Mostly nobody is moving, and everybody found is due it.
      const due = own && !this.parts.moves.none ? this.dueBy(entry) : null;
      const event = new OutgoingEvent(entry.frames);
      const offset = offsetOf({ ...position, n });
      const give = (socket: SocketInternals): void => {
        const { id } = socket;
        if (due?.(id) === false) return;
        if (deliveredSeq !== undefined && !this.parts.moves.hasReturnedSince(id, deliveredSeq)) return;
        if (recoverability.has(id)) event.giveAt(offset, socket);
        else event.giveTo(socket);
      };
      forReceivers(adapter, this.parts.inside, entry, give);
      if (own) this.toMovers(entry, n, give);
      for (const room of entry.except) this.countOut(room);
    }
    if (own) submissions.settle(entry.seq);
  }

  // They have had it, and must not get it once more on a return.
  private passOver(entry: JournalEntry): void {
    const { adapter, inside, recoverability } = this.parts;
    const there: string[] = [];
    forReceivers(adapter, inside, entry, ({ id }) => recoverability.has(id) && there.push(id));
    if (there.length > 0) this.parts.freshen(there);
  }

  /** To everybody here, without the journal, which is away. */
  tell({ entry }: Pending): void {
    const { adapter, inside } = this.parts;
    if (entry.order) return;
    const due = this.dueBy(entry);
    const event = new OutgoingEvent(entry.frames);
    const give = (socket: SocketInternals): void => {
      if (due(socket.id)) event.giveTo(socket);
    };
    forReceivers(adapter, inside, entry, give);
    this.toLeavers(entry, give);
  }

  /** Before a socket is closed for good: what it is due and is still on its way through the journal. */
  hurry(socketId: string): void {
    const { submissions, inside, moves } = this.parts;
    const socket = inside.sockets.get(socketId);
    for (const { entry, told } of submissions.waiting) {
      if (!socket || entry.order || (told && !moves.hasReturnedSince(socketId, entry.seq))) continue;
      if (!this.dueBy(entry)(socketId)) continue;
      new OutgoingEvent(entry.frames).giveTo(socket);
    }
  }

  gone(socketId: string): void {
    this.leftOut.delete(socketId);
  }

  /** Whom an event of this node was for when it was emitted. */
  private dueBy({ seq, rooms, except }: JournalEntry): (socketId: string) => boolean {
    const { moves, adapter } = this.parts;
    const wasIn = (socketId: string, room: string): boolean =>
      moves.wasIn(socketId, room, seq, adapter.sids.get(socketId)?.has(room) ?? false);
    return (socketId) => {
      const among = rooms.length === 0 ? moves.wasThere(socketId, seq) : rooms.some((room) => wasIn(socketId, room));
      return among && !except.some((room) => wasIn(socketId, room));
    };
  }

  // Who has left a room since is still due what was emitted before, and who has come is not, now or on a return.
  private toMovers(entry: JournalEntry, n: number, give: (socket: SocketInternals) => void): void {
    const { moves, sessions } = this.parts;
    if (moves.none) return;
    this.toLeavers(entry, give);
    for (const room of entry.rooms.length > 0 ? entry.rooms : [FOR_ALL]) {
      for (const socketId of moves.moversOf(room)) {
        const session = moves.sessionOf(socketId, room);
        if (session) sessions.correct(session, room, n, moves.wasIn(socketId, room, entry.seq, false));
      }
    }
  }

  private toLeavers({ rooms }: JournalEntry, give: (socket: SocketInternals) => void): void {
    const { moves, adapter, inside } = this.parts;
    const found = new Set<SocketInternals>();
    for (const room of rooms) {
      for (const socketId of moves.moversOf(room)) {
        const now = adapter.sids.get(socketId);
        const socket = rooms.some((each) => now?.has(each)) ? undefined : inside.sockets.get(socketId);
        if (socket) found.add(socket);
      }
    }
    for (const socket of found) give(socket);
  }

  // On the node that gave it, whoever was connected has obeyed already.
  private ordered(entry: JournalEntry, n: number, own: boolean): void {
    const { adapter, inside, sessions } = this.parts;
    const { order } = entry;
    if (!order || order.kind === 'gap') return;
    const there: SocketInternals[] = [];
    forReceivers(adapter, inside, entry, (socket) => there.push(socket));
    for (const { id } of there) {
      const session = sessions.get(id);
      const missed = session?.restoredTo !== undefined && session.restoredTo < n;
      if (session) sessions.obeyed(session, ordersOf(order.userId), n);
      if (missed || (!own && order.kind !== 'end')) this.parts.obey(id, order);
    }
  }

  private countOut(room: string): void {
    const { adapter, recoverability } = this.parts;
    const stale: string[] = [];
    for (const socketId of adapter.rooms.get(room) ?? NONE) {
      const times = (this.leftOut.get(socketId) ?? 0) + 1;
      this.leftOut.set(socketId, times % LEFT_OUT_AT_MOST);
      if (times === LEFT_OUT_AT_MOST && recoverability.has(socketId)) stale.push(socketId);
    }
    if (stale.length > 0) this.parts.freshen(stale);
  }
}
