/** What recovery needs of Socket.IO beyond its public API, in one place, and proved at boot. */
import type { Adapter } from 'socket.io-adapter';
import type { DirectClient, EncodedPacket } from '../adapter/direct-write';
import { type Namespace, Socket } from 'socket.io';

export interface EngineClient extends DirectClient {
  readonly request: { headers: Record<string, string | undefined>; _query?: Record<string, string> };
  close(): void;
}

export interface SocketInternals {
  readonly id: string;
  readonly connected: boolean;
  readonly recovered: boolean;
  readonly rooms: ReadonlySet<string>;
  readonly data: { principal?: { userId: string; sessionId: string } };
  readonly pid?: string;
  readonly client: EngineClient;
  join(room: string): unknown;
  leave(room: string): unknown;
  disconnect(close: boolean): unknown;
  _onclose(reason: string): void;
  _cleanup(): void;
  leaveAll(): void;
}

export type HandshakeAuth = Record<string, unknown>;

export interface NamespaceInternals {
  readonly name: string;
  readonly sockets: ReadonlyMap<string, SocketInternals>;
  /** Sockets on their way through the middleware. */
  readonly _preConnectSockets: ReadonlyMap<string, SocketInternals>;
  _createSocket(client: EngineClient, auth: HandshakeAuth): Promise<Socket>;
  prependListener(event: 'connect', listener: (socket: SocketInternals) => void): unknown;
}

interface Previous {
  readonly sid: string;
  readonly pid: string;
  readonly rooms: readonly string[];
}

/** The namespace with its insides. @throws where this version of Socket.IO does not have them. */
export function insidesOf(namespace: Namespace, adapter: Adapter): NamespaceInternals {
  const expected: [string, boolean][] = [
    ['Namespace._createSocket', typeof read(namespace, '_createSocket') === 'function'],
    ['Namespace._doConnect', typeof read(namespace, '_doConnect') === 'function'],
    ['Namespace._preConnectSockets', read(namespace, '_preConnectSockets') instanceof Map],
    ['Socket._onclose', typeof read(Socket.prototype, '_onclose') === 'function'],
    ['Socket._cleanup', typeof read(Socket.prototype, '_cleanup') === 'function'],
    ['Socket.packet', typeof read(Socket.prototype, 'packet') === 'function'],
    ['Socket.leaveAll', typeof read(Socket.prototype, 'leaveAll') === 'function'],
    ['Adapter._encode', typeof read(adapter, '_encode') === 'function'],
    ['Adapter.encoder', typeof read(adapter, 'encoder') === 'object'],
  ];
  const missing = expected.filter(([, there]) => !there).map(([name]) => name);
  if (missing.length > 0)
    throw new Error(`Recovery is built on Socket.IO 4.8, and this version lacks: ${missing.join(', ')}`);
  return namespace as unknown as NamespaceInternals;
}

/** A socket that goes on with a session; nothing is written to it before it connects. */
export function createRecovered(
  namespace: NamespaceInternals,
  client: EngineClient,
  auth: HandshakeAuth,
  previous: Previous,
): Socket {
  const make = Socket as unknown as new (...args: unknown[]) => Socket;
  return new make(namespace, client, auth, { ...previous, data: {}, missedPackets: [] });
}

/** Encodes the WebSocket frame once for all receivers. */
export function prepare(adapter: Adapter, frames: readonly (string | Buffer)[]): EncodedPacket {
  const options: { preEncoded: true; wsPreEncodedFrame?: Buffer[] } = { preEncoded: true };
  const encode = read(adapter, '_encode') as (this: object, packet: object, options: object) => typeof frames;
  const encoded = encode.call({ encoder: { encode: () => frames } }, {}, options);
  // Header and payload as one buffer: one write of one piece to each connection, which is most of what a delivery costs.
  if (options.wsPreEncodedFrame) options.wsPreEncodedFrame = [Buffer.concat(options.wsPreEncodedFrame)];
  return { frames: encoded, options, frame: options.wsPreEncodedFrame?.[0] };
}

/** The packet of an event, encoded. */
export function encodeEvent(adapter: Adapter, namespace: string, data: unknown[]): (string | Buffer)[] {
  const encoder = read(adapter, 'encoder') as { encode(packet: object): (string | Buffer)[] };
  return encoder.encode({ type: EVENT, nsp: namespace, data });
}

export const EVENT = 2;

function read(object: object, name: string): unknown {
  return Reflect.get(object, name);
}
