/**
 * Writes to a socket that has come back what it missed: what was read with its session, and what came since. Who has missed
 * more than is written at once gets the first part of it, and comes back for the next one from where that ends.
 */
import { guardOf } from '../adapter/connection-guard';
import type { Journal } from './journal';
import type { JournalEntry } from './journal-entry';
import { OutgoingEvent } from './outgoing-event';
import { offsetOf } from './position';
import { isFor } from './entitlement';
import type { Restored } from './restorer';
import type { Heard } from './ring';
import type { SocketInternals } from './socket-internals';

export class Replay {
  private readonly expected = new Map<string, Restored>();

  constructor(
    private readonly journal: Journal,
    /** The event that gives a client an offset and nothing else, encoded. */
    private readonly recoverable: () => JournalEntry['frames'],
  ) {}

  /** A socket will connect with this session, unless it is refused. */
  expect(restored: Restored): void {
    this.expected.set(restored.socketId, restored);
  }

  take(socketId: string): Restored | undefined {
    const restored = this.expected.get(socketId);
    this.expected.delete(socketId);
    return restored;
  }

  forget(socketId: string): void {
    this.expected.delete(socketId);
  }

  /**
   * In the tick in which the socket connects, so that the live events follow without a seam.
   * @returns whether that was all; else the client has to come again.
   */
  run(socket: SocketInternals, restored: Restored): boolean {
    const { missed, missedTo, restoredTo, epoch, userId } = restored;
    if (missedTo < restoredTo) return this.writePart(socket, restored);
    const since = this.journal.position?.epoch === epoch ? this.journal.ring.after(restoredTo) : null;
    if (!since) return false;
    guardOf(socket.client.conn)?.allowReplay([...missed, ...since].map(({ entry }) => sizeOf(entry.frames)));
    for (const heard of missed) this.write(socket, heard);
    for (const heard of since) {
      const { order } = heard.entry;
      if (!order) {
        if (isFor(heard.entry, (room) => socket.rooms.has(room))) this.write(socket, heard);
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

  // Closing in an orderly way, the connection takes nothing new, and what it has been given is still read.
  private writePart(socket: SocketInternals, { missed, missedTo, epoch }: Restored): false {
    if (this.journal.position?.epoch !== epoch) return false;
    const end = this.recoverable();
    guardOf(socket.client.conn)?.allowReplay([...missed.map(({ entry }) => sizeOf(entry.frames)), sizeOf(end)]);
    for (const heard of missed) this.write(socket, heard);
    // It goes on from there, also where nothing of the part was for it.
    new OutgoingEvent(end).giveAt(offsetOf({ epoch, n: missedTo }), socket);
    return false;
  }

  private write(socket: SocketInternals, { n, entry }: Heard): void {
    const { position } = this.journal;
    if (!position) return;
    new OutgoingEvent(entry.frames).giveAt(offsetOf({ ...position, n }), socket);
  }
}

/** Of an entry as it is written: texts in UTF-16 units, attachments in bytes. */
function sizeOf(frames: JournalEntry['frames']): number {
  let size = 0;
  for (const { length } of frames) size += length;
  return size;
}
