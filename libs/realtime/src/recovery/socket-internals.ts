/** What recovery needs of Socket.IO beyond its public API, in one place, and proved at boot. */
import type { Adapter } from 'socket.io-adapter';
import type { PacketClient } from '../adapter/engine-writer';
import { hasOutgoingListeners } from '../adapter/transport-internals';
import { type Namespace, Socket } from 'socket.io';
import { Decoder } from 'socket.io-parser';

export interface EngineClient extends PacketClient {
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
  /** Of events that are not answered yet. */
  readonly acks: Map<number, unknown>;
  /** Who hears of every packet that the socket is sent. */
  readonly _anyOutgoingListeners?: readonly unknown[];
  notifyOutgoingListeners(packet: { data: unknown[] }): void;
  packet(packet: object, flags: object): void;
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
    ['Namespace._add', typeof read(namespace, '_add') === 'function'],
    ['Namespace._doConnect', typeof read(namespace, '_doConnect') === 'function'],
    ['Namespace._preConnectSockets', read(namespace, '_preConnectSockets') instanceof Map],
    ['Socket._onclose', typeof read(Socket.prototype, '_onclose') === 'function'],
    ['Socket._cleanup', typeof read(Socket.prototype, '_cleanup') === 'function'],
    ['Socket.notifyOutgoingListeners', typeof read(Socket.prototype, 'notifyOutgoingListeners') === 'function'],
    ['Socket.packet', typeof read(Socket.prototype, 'packet') === 'function'],
    ['Adapter.broadcastWithAck', typeof read(adapter, 'broadcastWithAck') === 'function'],
    ['Socket._anyOutgoingListeners', hasOutgoingListeners()],
    ['Socket.leaveAll', typeof read(Socket.prototype, 'leaveAll') === 'function'],
    ['Adapter.encoder', typeof read(adapter, 'encoder') === 'object'],
    ['Adapter.rooms', read(adapter, 'rooms') instanceof Map],
    ['Adapter.sids', read(adapter, 'sids') instanceof Map],
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

/** The packet of an event, encoded. */
export function encodeEvent(adapter: Adapter, namespace: string, data: unknown[]): (string | Buffer)[] {
  const encoder = read(adapter, 'encoder') as { encode(packet: object): (string | Buffer)[] };
  return encoder.encode({ type: EVENT, nsp: namespace, data });
}

/** What `encodeEvent` encoded. */
export function decodeEvent(parts: readonly (string | Buffer)[]): unknown[] {
  let data: unknown[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', (packet) => (data = packet.data as unknown[]));
  for (const part of parts) decoder.add(part);
  return data;
}

export const EVENT = 2;

function read(object: object, name: string): unknown {
  return Reflect.get(object, name);
}
