/** The private members of a Socket.IO socket that commands use: receiving events synchronously, and acknowledging them. */
import { Socket } from 'socket.io';
import type { RealtimeSocket } from '../../base/socket-types';

/** The acknowledgement id of an event; null if the client expects no answer. */
export type AckId = number | null;

/** An event as the parser emits it: `data` is its name, followed by its arguments. */
export interface EventPacket {
  readonly data?: readonly unknown[];
  readonly id?: AckId;
}

interface SocketEventInternals {
  onevent(packet: EventPacket): void;
  packet(packet: { type: number; id: number; data: unknown[] }): void;
}

const ACK_PACKET = 3;

/** @throws if this version of Socket.IO lacks these members. */
export function assertEventInternals(): void {
  const prototype = Socket.prototype as unknown as Partial<SocketEventInternals>;
  if (typeof prototype.onevent !== 'function' || typeof prototype.packet !== 'function')
    throw new Error('Commands are built on Socket.IO 4.8, and this version lacks Socket.onevent or Socket.packet');
}

/**
 * Passes all events of the socket to `listener`, with the socket as `this`, instead of emitting them: Socket.IO would create
 * an acknowledgement function for each, wait for a tick, and look for listeners, which our sockets do not have.
 */
export function interceptEvents(
  socket: RealtimeSocket,
  listener: (this: RealtimeSocket, packet: EventPacket) => void,
): void {
  (socket as unknown as SocketEventInternals).onevent = listener;
}

/** @throws if `answer` cannot be encoded; nothing is sent then. */
export function sendAck(socket: RealtimeSocket, id: number, answer: object): void {
  (socket as unknown as SocketEventInternals).packet({ type: ACK_PACKET, id, data: [answer] });
}
