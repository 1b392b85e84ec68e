/** Writes recoverable events to the sockets of this node that they are for: from the journal, or ahead of it. */
import type { Adapter } from 'socket.io-adapter';
import type { Journal } from './journal';
import { withOffset } from './journal-entry';
import type { LocalSessions } from './local-sessions';
import { offsetOf } from './position';
import { forReceivers } from './receivers';
import { isFor } from './restorer';
import type { Heard } from './ring';
import { type Encoded, type NamespaceInternals, prepare, type SocketInternals } from './socket-internals';
import type { Pending, Submissions } from './submissions';

const NONE: ReadonlySet<string> = new Set();
/** A client that has been left out so often gets a fresh offset, or its old one would fall off the end of its rooms. */
const LEFT_OUT_AT_MOST = 1_000;

export class Delivery {
  private readonly leftOut = new Map<string, number>();

  constructor(
    private readonly source: string,
    private readonly adapter: Adapter,
    private readonly inside: NamespaceInternals,
    private readonly journal: Journal,
    private readonly submissions: Submissions,
    private readonly sessions: LocalSessions,
    private readonly freshen: (socketIds: string[]) => void,
  ) {}

  /** An entry of the journal, in its place. */
  heard({ n, entry }: Heard): void {
    const own = entry.source === this.source ? this.submissions.heard(entry.seq) : undefined;
    const { position } = this.journal;
    if (entry.order || !position) return;
    const encoded = prepare(this.adapter, withOffset(entry.frames, offsetOf({ ...position, n })));
    const write = (socket: SocketInternals): void => {
      if (own?.told.has(socket.id) || own?.joined.has(socket.id)) return;
      socket.client.writeToEngine(encoded.frames, encoded.options);
    };
    forReceivers(this.adapter, this.inside, entry, (socket) => {
      own?.left.delete(socket.id);
      write(socket);
    });
    for (const socketId of own?.left ?? NONE) {
      const socket = this.inside.sockets.get(socketId);
      if (socket) write(socket);
    }
    for (const room of entry.except) this.countOut(room);
  }

  /** To everybody here, without the journal, which is away. */
  tell(pending: Pending): void {
    const { entry, left } = pending;
    if (entry.order) return;
    const encoded = prepare(this.adapter, entry.frames);
    forReceivers(this.adapter, this.inside, entry, ({ id }) => this.give(pending, id, encoded));
    for (const socketId of left) this.give(pending, socketId, encoded);
  }

  /** Before a socket is closed for good: what it is due and is still on its way through the journal. */
  hurry(socketId: string): void {
    const rooms = this.adapter.sids.get(socketId) ?? NONE;
    const due = this.submissions.dueTo((entry) => isFor(entry, (room) => rooms.has(room)), socketId);
    for (const pending of due) this.give(pending, socketId, prepare(this.adapter, pending.entry.frames));
  }

  gone(socketId: string): void {
    this.leftOut.delete(socketId);
  }

  // Without an offset: the journal has not told it yet.
  private give({ told, joined }: Pending, socketId: string, { frames, options }: Encoded): void {
    const socket = told.has(socketId) || joined.has(socketId) ? undefined : this.inside.sockets.get(socketId);
    if (!socket) return;
    told.add(socketId);
    this.sessions.admitNothing(socketId);
    socket.client.writeToEngine(frames, options);
  }

  private countOut(room: string): void {
    const stale: string[] = [];
    for (const socketId of this.adapter.rooms.get(room) ?? NONE) {
      const times = (this.leftOut.get(socketId) ?? 0) + 1;
      this.leftOut.set(socketId, times % LEFT_OUT_AT_MOST);
      if (times === LEFT_OUT_AT_MOST) stale.push(socketId);
    }
    if (stale.length > 0) this.freshen(stale);
  }
}
