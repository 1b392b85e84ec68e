/** A journal event on its way to sockets of this node: encoded once for all of them, with its offset or without. */
import { isConfirmed, isUnhurried } from '@aeturnis/contracts';
import { type EncodedPacket, createEncodedPacket } from '../../transport/outbound/encoded-packet';
import { probeDelivery, writePacket } from '../../transport/outbound/engine-writer';
import { createdAtOf, eventNameOf, type JournalEntry, withOffset } from '../journal/journal-entry';
import { decodeEvent, type SocketInternals } from '../../transport/internals/socketio-internals';

export class OutgoingEvent {
  private plainPacket: EncodedPacket | undefined;
  private packetWithOffset: EncodedPacket | undefined;
  private decodedData: unknown[] | undefined;
  private readonly canWait: boolean;
  /** Only for an event whose delivery is measured: when it was created, in epoch milliseconds. */
  private readonly createdAt: number | undefined;

  constructor(private readonly frames: JournalEntry['frames']) {
    const name = eventNameOf(frames);
    this.canWait = isUnhurried(name);
    if (isConfirmed(name)) this.createdAt = createdAtOf(frames);
  }

  sendTo(socket: SocketInternals): void {
    this.plainPacket ??= createEncodedPacket(this.frames, this.canWait);
    this.sendPacket(socket, this.plainPacket);
  }

  /** For a client that may resume from this offset. Pass the same offset in each call: the packet is cached. */
  sendWithOffset(offset: string, socket: SocketInternals): void {
    this.packetWithOffset ??= createEncodedPacket(withOffset(this.frames, offset), this.canWait);
    this.sendPacket(socket, this.packetWithOffset);
  }

  private sendPacket(socket: SocketInternals, packet: EncodedPacket): void {
    if (socket._anyOutgoingListeners?.length)
      socket.notifyOutgoingListeners({ data: (this.decodedData ??= decodeEvent(this.frames)) });
    writePacket(socket.client, packet);
    if (this.createdAt !== undefined) probeDelivery(socket.client, this.createdAt);
  }
}
