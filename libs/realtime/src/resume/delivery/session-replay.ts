/**
 * Writes the missed events to a resumed socket: those read with its session, then those that arrived since. A client that missed
 * more than is written at once gets the first part and reconnects for the next. Called by `ConnectInterceptor`.
 */
import { guardOf } from '../../transport/limits/connection-guard';
import type { JournalConsumer } from '../journal/journal-consumer';
import { type JournalEntry, offsetOf, isAddressedTo, type NumberedEntry } from '../journal/journal-entry';
import { OutgoingEvent } from './outgoing-event';
import type { RestoredSession } from '../sessions/session-restorer';
import type { SocketInternals } from '../../transport/internals/socketio-internals';

export class SessionReplay {
  private readonly pendingReplays = new Map<string, RestoredSession>();

  constructor(
    private readonly journal: JournalConsumer,
    /** Encodes `system:recoverable`, an event that only carries an offset. */
    private readonly encodeRecoverable: () => JournalEntry['frames'],
  ) {}

  /** Registers the session of a socket that is about to connect, unless admission refuses it. */
  expect(restored: RestoredSession): void {
    this.pendingReplays.set(restored.socketId, restored);
  }

  take(socketId: string): RestoredSession | undefined {
    const restored = this.pendingReplays.get(socketId);
    this.pendingReplays.delete(socketId);
    return restored;
  }

  cancel(socketId: string): void {
    this.pendingReplays.delete(socketId);
  }

  /**
   * Call synchronously in the connect event, so that live events follow without a gap.
   * @returns whether all missed events were written; otherwise the client has to reconnect.
   */
  replay(socket: SocketInternals, restored: RestoredSession): boolean {
    const { missed, missedTo, restoredTo, epoch, userId } = restored;
    if (missedTo < restoredTo) return this.writePart(socket, restored);
    const recent = this.journal.position?.epoch === epoch ? this.journal.recentEntries.after(restoredTo) : null;
    if (!recent) return false;
    guardOf(socket.client.conn)?.allowReplay([...missed, ...recent].map(({ entry }) => framesSizeOf(entry.frames)));
    for (const entry of missed) this.writeEntry(socket, entry);
    for (const numbered of recent) {
      const { order } = numbered.entry;
      if (!order) {
        if (isAddressedTo(numbered.entry, (room) => socket.rooms.has(room))) this.writeEntry(socket, numbered);
      } else if (order.kind === 'gap' || order.userId !== userId) continue;
      else if (order.kind === 'join') void socket.join(order.room);
      else if (order.kind === 'leave') void socket.leave(order.room);
      else {
        socket.disconnect(true);
        break;
      }
    }
    return true;
  }

  // The caller then closes the connection gracefully: it accepts no further events, and the client still reads this part.
  private writePart(socket: SocketInternals, { missed, missedTo, epoch }: RestoredSession): false {
    if (this.journal.position?.epoch !== epoch) return false;
    const end = this.encodeRecoverable();
    guardOf(socket.client.conn)?.allowReplay([
      ...missed.map(({ entry }) => framesSizeOf(entry.frames)),
      framesSizeOf(end),
    ]);
    for (const entry of missed) this.writeEntry(socket, entry);
    // The client resumes after this part, also if no event of it was addressed to the client.
    new OutgoingEvent(end).sendWithOffset(offsetOf({ epoch, n: missedTo }), socket);
    return false;
  }

  private writeEntry(socket: SocketInternals, { n, entry }: NumberedEntry): void {
    const { position } = this.journal;
    if (!position) return;
    new OutgoingEvent(entry.frames).sendWithOffset(offsetOf({ ...position, n }), socket);
  }
}

/** Size of an encoded event: its text in UTF-16 units, attachments in bytes. */
function framesSizeOf(frames: JournalEntry['frames']): number {
  let size = 0;
  for (const { length } of frames) size += length;
  return size;
}
