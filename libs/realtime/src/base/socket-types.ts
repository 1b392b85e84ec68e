/** The typed Socket.IO server and socket of this library; an authenticated socket carries its principal. */
import type { ClientToServerEvents, Principal, ServerToClientEvents } from '@aeturnis/contracts';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';

export interface SocketData {
  /** Set by the handshake, before the connection exists. */
  principal: Principal;
  /** The address of the client, as seen through the trusted proxies. */
  ip: string;
}

export type RealtimeServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type RealtimeSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
