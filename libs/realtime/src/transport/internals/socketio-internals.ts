/** The private members of Socket.IO that session recovery uses, checked at boot. */
import type { Adapter } from 'socket.io-adapter';
import type { PacketClient } from '../outbound/engine-writer';
import { supportsOutgoingListeners } from './transport-internals';
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
  /** The callbacks of emitted events that the client has not acknowledged yet. */
  readonly acks: Map<number, unknown>;
  /** The listeners that receive every packet sent to the socket. */
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
  /** Sockets that are still in the middleware. */
  readonly _preConnectSockets: ReadonlyMap<string, SocketInternals>;
  _createSocket(client: EngineClient, auth: HandshakeAuth): Promise<Socket>;
  prependListener(event: 'connect', listener: (socket: SocketInternals) => void): unknown;
}

interface PreviousSession {
  readonly sid: string;
  readonly pid: string;
  readonly rooms: readonly string[];
}

/** The namespace with its private members. @throws if this version of Socket.IO lacks any of them. */
export function namespaceInternalsOf(namespace: Namespace, adapter: Adapter): NamespaceInternals {
  const expected: [string, boolean][] = [
    ['Namespace._createSocket', typeof readPrivate(namespace, '_createSocket') === 'function'],
    ['Namespace._add', typeof readPrivate(namespace, '_add') === 'function'],
    ['Namespace._doConnect', typeof readPrivate(namespace, '_doConnect') === 'function'],
    ['Namespace._preConnectSockets', readPrivate(namespace, '_preConnectSockets') instanceof Map],
    ['Socket._onclose', typeof readPrivate(Socket.prototype, '_onclose') === 'function'],
    ['Socket._cleanup', typeof readPrivate(Socket.prototype, '_cleanup') === 'function'],
    ['Socket.notifyOutgoingListeners', typeof readPrivate(Socket.prototype, 'notifyOutgoingListeners') === 'function'],
    ['Socket.packet', typeof readPrivate(Socket.prototype, 'packet') === 'function'],
    ['Adapter.broadcastWithAck', typeof readPrivate(adapter, 'broadcastWithAck') === 'function'],
    ['Socket._anyOutgoingListeners', supportsOutgoingListeners()],
    ['Socket.leaveAll', typeof readPrivate(Socket.prototype, 'leaveAll') === 'function'],
    ['Adapter.encoder', typeof readPrivate(adapter, 'encoder') === 'object'],
    ['Adapter.rooms', readPrivate(adapter, 'rooms') instanceof Map],
    ['Adapter.sids', readPrivate(adapter, 'sids') instanceof Map],
  ];
  const missing = expected.filter(([, isPresent]) => !isPresent).map(([name]) => name);
  if (missing.length > 0)
    throw new Error(`Recovery is built on Socket.IO 4.8, and this version lacks: ${missing.join(', ')}`);
  return namespace as unknown as NamespaceInternals;
}

/** Creates a socket that resumes a session; nothing is written to it before it connects. */
export function createRecoveredSocket(
  namespace: NamespaceInternals,
  client: EngineClient,
  auth: HandshakeAuth,
  previous: PreviousSession,
): Socket {
  const SocketConstructor = Socket as unknown as new (...args: unknown[]) => Socket;
  return new SocketConstructor(namespace, client, auth, { ...previous, data: {}, missedPackets: [] });
}

/** Encodes an event packet: its text, followed by its attachments. */
export function encodeEvent(adapter: Adapter, namespace: string, data: unknown[]): (string | Buffer)[] {
  const encoder = readPrivate(adapter, 'encoder') as { encode(packet: object): (string | Buffer)[] };
  return encoder.encode({ type: EVENT_PACKET_TYPE, nsp: namespace, data });
}

/** Decodes what `encodeEvent` returned. @returns the name of the event and its arguments. */
export function decodeEvent(parts: readonly (string | Buffer)[]): unknown[] {
  let data: unknown[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', (packet) => (data = packet.data as unknown[]));
  for (const part of parts) decoder.add(part);
  return data;
}

export const EVENT_PACKET_TYPE = 2;

function readPrivate(object: object, name: string): unknown {
  return Reflect.get(object, name);
}
