/** What the engine under Socket.IO knows of a connection and its types hide: what waits to be sent, and how to end it at once. */
import type { RealtimeServer } from '../socket-types';

interface Packet {
  readonly data?: string | Buffer;
}

export interface EngineConnection {
  readonly id: string;
  /** `closing`: an orderly end that waits until everything is sent, however long that takes. */
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  /** Packets that the transport has not taken yet; it takes none while the one before is under way. */
  readonly writeBuffer: readonly Packet[];
  readonly transport: {
    /** Only websockets have one. */
    readonly socket?: { readonly bufferedAmount: number; readonly readyState: number; terminate(): void };
  };
  close(discard: boolean): void;
}

/** What a packet costs beside its data: the object, its options and its place in the buffer. */
const PACKET_BYTES = 256;
const WEBSOCKET_CLOSED = 3;

/** All there are, of every namespace. */
export function engineConnections(server: RealtimeServer): EngineConnection[] {
  return Object.values((server.engine as unknown as { clients: Record<string, EngineConnection> }).clients);
}

/** Memory held by what a connection has not sent yet, in bytes; counts UTF-16 units of texts, so it is an estimate. */
export function unsentBytes({ writeBuffer, transport }: EngineConnection): number {
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) bytes += PACKET_BYTES + (data?.length ?? 0);
  return bytes;
}

/** Nothing of it is left, the TCP connection of a websocket included. */
export function isGone({ readyState, transport: { socket } }: EngineConnection): boolean {
  return readyState === 'closed' && (socket === undefined || socket.readyState === WEBSOCKET_CLOSED);
}

/**
 * Ends a connection without waiting for a client that may never read again, and frees what it has not read. To the client
 * it looks like a broken line, after which stock clients come back.
 */
export function cutOff(connection: EngineConnection): void {
  const { socket } = connection.transport;
  connection.close(true);
  socket?.terminate();
}
