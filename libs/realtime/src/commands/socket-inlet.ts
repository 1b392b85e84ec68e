/** What commands need of a Socket.IO socket beyond its public API: to be given its events as they come, and to answer them. */
import { Socket } from 'socket.io';
import type { RealtimeSocket } from '../socket-types';

/** Under which an answer is expected; null where none is. */
export type AckId = number | null;

/** An event as the parser hands it over: its name, and behind it what came with it. */
export interface EventPacket {
  readonly data?: readonly unknown[];
  readonly id?: AckId;
}

interface Internals {
  onevent(packet: EventPacket): void;
  packet(packet: { type: number; id: number; data: unknown[] }): void;
}

const ACK = 3;

/** @throws where this version of Socket.IO does not have them. */
export function assertInlet(): void {
  const prototype = Socket.prototype as unknown as Partial<Internals>;
  if (typeof prototype.onevent !== 'function' || typeof prototype.packet !== 'function')
    throw new Error('Commands are built on Socket.IO 4.8, and this version lacks Socket.onevent or Socket.packet');
}

/**
 * From now on `take` gets the events of the socket, called as a method of it, and nobody else does: Socket.IO would make
 * each an answering function, wait for a tick, and look for listeners of that name, which no socket of ours has.
 */
export function takeEvents(socket: RealtimeSocket, take: (this: RealtimeSocket, packet: EventPacket) => void): void {
  (socket as unknown as Internals).onevent = take;
}

/** @throws where `answer` cannot be encoded; nothing is sent then. */
export function acknowledge(socket: RealtimeSocket, id: number, answer: object): void {
  (socket as unknown as Internals).packet({ type: ACK, id, data: [answer] });
}
