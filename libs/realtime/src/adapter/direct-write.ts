/**
 * Writes a WebSocket frame straight to the TCP connection where nothing waits to be sent: the engine's queue, its events
 * and its callbacks are most of what a delivery costs beside the kernel. Whatever waits keeps its order: then the frame
 * queues behind it.
 */
import type { Writable } from 'node:stream';

const OPEN = 1;

export interface DirectClient {
  readonly conn: {
    readonly readyState: string;
    readonly writeBuffer: readonly unknown[];
    readonly transport: {
      readonly name: string;
      readonly writable: boolean;
      readonly perMessageDeflate?: unknown;
      /** Only WebSockets have one; `_socket` is theirs. */
      readonly socket?: { readonly readyState: number; readonly _socket?: Writable | null };
    };
  };
  writeToEngine(frames: readonly (string | Buffer)[], options: object): void;
}

export interface EncodedPacket {
  readonly frames: readonly (string | Buffer)[];
  readonly options: object;
  /** The whole WebSocket frame of a packet without attachments. */
  readonly frame?: Buffer | undefined;
}

export function write(client: DirectClient, { frames, options, frame }: EncodedPacket): void {
  const { readyState, writeBuffer, transport } = client.conn;
  if (frame && readyState === 'open' && writeBuffer.length === 0 && transport.writable && isPlain(transport)) {
    const tcp = transport.socket?._socket;
    if (tcp?.writable && tcp.writableLength === 0 && transport.socket?.readyState === OPEN) {
      tcp.write(frame);
      return;
    }
  }
  client.writeToEngine(frames, options);
}

const isPlain = ({ name, perMessageDeflate }: DirectClient['conn']['transport']): boolean =>
  name === 'websocket' && !perMessageDeflate;
