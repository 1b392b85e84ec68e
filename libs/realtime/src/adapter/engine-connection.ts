/** What the engine under Socket.IO knows of a connection and its types hide. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RealtimeServer } from '../socket-types';

export interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

export interface EngineTransport {
  readonly name: string;
  /** Only websockets have one. */
  readonly socket?: unknown;
  /** Of a client that polls: the request that waits for something to be sent, with its answer, and the one that sends. */
  readonly req?: IncomingMessage | null;
  readonly res?: ServerResponse | null;
  readonly dataReq?: IncomingMessage | null;
  maxHttpBufferSize?: number;
  onPacket(packet: Packet): void;
  /** A frame; or the body of a request, which may hold many packets. */
  onData(data: string): void;
}

export interface EngineConnection {
  readonly id: string;
  /** `closing`: an orderly end that waits until everything is sent, however long that takes. */
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  /** Packets that the transport has not taken yet; it takes none while the one before is under way. */
  readonly writeBuffer: readonly unknown[];
  /** Runs while an answer to a ping is waited for. */
  readonly pingTimeoutTimer: object | null;
  /** A client that polls tries a WebSocket, or has changed to one. */
  readonly upgrading: boolean;
  readonly upgraded: boolean;
  readonly transport: EngineTransport;
  readonly request: IncomingMessage;
  /** Undefined where the client has gone already. */
  readonly remoteAddress: string | undefined;
  on(event: 'close', listener: (this: EngineConnection) => void): unknown;
  once(event: 'upgrade', listener: (this: EngineConnection, transport: EngineTransport) => void): unknown;
  sendPacket(type: 'ping'): void;
  close(discard: boolean): void;
}

/** All there are, of every namespace. */
export function engineConnections(server: RealtimeServer): EngineConnection[] {
  return Object.values((server.engine as unknown as { clients: Record<string, EngineConnection> }).clients);
}
