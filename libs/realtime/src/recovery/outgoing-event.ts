/** A recoverable event for sockets of this node: encoded once for all of them, with its offset or without. */
import { isConfirmed, isUnhurried } from '@aeturnis/contracts';
import { type EncodedPacket, encodedPacket } from '../adapter/outgoing-packet';
import { confirmDelivery, write } from '../adapter/engine-writer';
import { createdAtOf, eventNameOf, type JournalEntry, withOffset } from './journal-entry';
import { decodeEvent, type SocketInternals } from './socket-internals';

export class OutgoingEvent {
  private plain: EncodedPacket | undefined;
  private placed: EncodedPacket | undefined;
  private data: unknown[] | undefined;
  private readonly unhurried: boolean;
  /** Of an event that is to be confirmed: when it was made. */
  private readonly madeAt: number | undefined;

  constructor(private readonly frames: JournalEntry['frames']) {
    const name = eventNameOf(frames);
    this.unhurried = isUnhurried(name);
    if (isConfirmed(name)) this.madeAt = createdAtOf(frames);
  }

  giveTo(socket: SocketInternals): void {
    this.plain ??= encodedPacket(this.frames, this.unhurried);
    this.give(socket, this.plain);
  }

  /** To somebody who can come back by this offset, the same one each time. */
  giveAt(offset: string, socket: SocketInternals): void {
    this.placed ??= encodedPacket(withOffset(this.frames, offset), this.unhurried);
    this.give(socket, this.placed);
  }

  private give(socket: SocketInternals, packet: EncodedPacket): void {
    if (socket._anyOutgoingListeners?.length)
      socket.notifyOutgoingListeners({ data: (this.data ??= decodeEvent(this.frames)) });
    write(socket.client, packet);
    if (this.madeAt !== undefined) confirmDelivery(socket.client, this.madeAt);
  }
}
