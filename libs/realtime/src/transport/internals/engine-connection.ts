/** Types of engine.io connections, including members that its own types hide. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RealtimeServer } from '../../base/socket-types';

export interface EnginePacket {
  readonly type: string;
  readonly data?: unknown;
}

export interface EngineTransport {
  readonly name: string;
  /** The WebSocket; undefined for polling. */
  readonly socket?: unknown;
  /** Polling only: the pending GET request with its response, and the POST request that is being read. */
  readonly req?: IncomingMessage | null;
  readonly res?: ServerResponse | null;
  readonly dataReq?: IncomingMessage | null;
  maxHttpBufferSize?: number;
  onPacket(packet: EnginePacket): void;
  /** Handles a frame, or the body of a request, which may hold many packets. */
  onData(data: string): void;
}

export interface EngineConnection {
  readonly id: string;
  /** `closing`: the connection waits until its write buffer is sent, without a time limit. */
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  /** Packets that the transport has not taken yet; it takes none while a flush is in progress. */
  readonly writeBuffer: readonly unknown[];
  /** Runs while a pong is awaited. */
  readonly pingTimeoutTimer: object | null;
  /** Whether a polling client is probing a WebSocket, or has changed to one. */
  readonly upgrading: boolean;
  readonly upgraded: boolean;
  readonly transport: EngineTransport;
  readonly request: IncomingMessage;
  /** Undefined if the client has disconnected already. */
  readonly remoteAddress: string | undefined;
  on(event: 'close', listener: (this: EngineConnection) => void): unknown;
  once(event: 'upgrade', listener: (this: EngineConnection, transport: EngineTransport) => void): unknown;
  sendPacket(type: 'ping'): void;
  close(discard: boolean): void;
}

/** All engine connections of the server, of every namespace. */
export function engineConnections(server: RealtimeServer): EngineConnection[] {
  return Object.values((server.engine as unknown as { clients: Record<string, EngineConnection> }).clients);
}
