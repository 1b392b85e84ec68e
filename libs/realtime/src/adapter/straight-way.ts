/**
 * The short way of what a client sends from its WebSocket to who takes it. Between the two lie a stream, two parsers, five
 * emitters and a tick, each of which makes objects for it. For one command in a frame of its own that comes to the same in
 * the end; any other plain text in a frame of its own, such as the one that begins it all, is given to the engine as what
 * `ws` would have made of it. Whatever is not just that goes the ordinary way, as if there were no other: it is left to
 * `ws`, the engine and Socket.IO to know what it is, and to refuse it. Nothing overtakes anything on either way.
 */
import type { RealtimeSocket } from '../socket-types';
import { guardOf } from './connection-guard';
import { countBytes, GuardedWebSocket } from './guarded-websocket';
import { plainText } from './plain-text';
import { type Reader, readFirst } from './shared-reads';
import { WS_RECEIVER_IDLE, type WsReceiver, wsInternalsOf } from './ws-internals';

export interface StraightPacket {
  readonly data: readonly unknown[];
  /** Under which an answer is expected; null where none is. */
  readonly id: number | null;
}

export interface Destination {
  /** Never throws. @returns false, having done nothing, where there is no command of that name. */
  take(packet: StraightPacket): boolean;
}

const WAY = Symbol('straight way');

type Receiver = WsReceiver & { [WAY]?: StraightWay };

interface Transport {
  readonly name: string;
  readonly socket?: unknown;
  onPacket(packet: { readonly type: 'pong' }): void;
  /** What is in a frame. */
  onData(text: string): void;
}

interface Engine {
  [WAY]?: StraightWay;
  readonly protocol: number;
  readonly readyState: string;
  readonly transport: Transport;
  /** Runs while an answer to a ping is waited for; the first packet meanwhile gives the client more time. */
  readonly pingTimeoutTimer: object | null;
  readonly hasRefreshedPingTimeout: boolean;
  once(event: 'upgrade', listener: () => void): unknown;
  on(event: 'newListener', listener: (this: Engine, event: string) => void): unknown;
  listenerCount(event: string): number;
}

/** Of Socket.IO: puts packets and their attachments together. */
interface Decoder {
  readonly reconstructor?: object | null;
}

const decoderOf = (socket: RealtimeSocket): Decoder =>
  (socket as unknown as { readonly client: { readonly decoder: Decoder } }).client.decoder;

/** Engine and Socket.IO types of packets: a message with an event; the answer to a ping. */
const EVENT = '42';
const PONG = '3';
const LIST = '['.charCodeAt(0);
const [ZERO, NINE] = ['0'.charCodeAt(0), '9'.charCodeAt(0)];

export class StraightWay implements Reader {
  /** Until what went another way in this tick has arrived, nothing goes straight. */
  private busy = false;
  /** Nothing that went another way is unfinished: no frame, no message in fragments, no packet without its attachments. */
  private settled = false;
  private receiver: Receiver | null = null;
  private webSocket: GuardedWebSocket | null = null;
  /** Somebody may listen to the engine's packets. */
  private overheard: boolean;

  private socket: RealtimeSocket | null = null;
  private destination: Destination | null = null;

  private constructor(private readonly conn: Engine) {
    this.overheard = isOverheard(conn);
    conn.on('newListener', overhear);
    if (conn.transport.name === 'websocket') this.join();
    // Polling has no frames until it is upgraded.
    else conn.once('upgrade', () => this.join());
  }

  /** From the first packet of a connection of the engine on. */
  static begin(connection: object): StraightWay {
    const conn = connection as Engine;
    return (conn[WAY] ??= new StraightWay(conn));
  }

  /** Its commands are for this one from now on, and not for who took them before. */
  static open(socket: RealtimeSocket, destination: Destination): void {
    const way = StraightWay.begin(socket.conn);
    way.socket = socket;
    way.destination = destination;
    way.settled = false;
  }

  private join(): void {
    const { transport, protocol } = this.conn;
    const { socket } = transport;
    // What is taken here passes neither parser: without a budget of its own it would be bounded by nothing.
    if (!(socket instanceof GuardedWebSocket)) return;
    const { _receiver, _socket: connection } = wsInternalsOf(socket);
    const receiver: Receiver | null | undefined = _receiver;
    if (!receiver || !connection || protocol !== 4 || typeof transport.onData !== 'function') return;
    this.receiver = receiver;
    this.webSocket = socket;
    receiver[WAY] = this;
    receiver.write = write;
    readFirst(connection, this);
  }

  /** Looked at anew by the next command. */
  mayBeOverheard(): void {
    this.overheard = true;
  }

  /** The ordinary way. */
  detour(receiver: Receiver, chunk: Buffer): boolean {
    this.settled = false;
    const more = countBytes.call(receiver, chunk);
    this.awaitArrival();
    return more;
  }

  // Packets of other ways are handed over in the next tick, in turn: this comes after them.
  private awaitArrival(): void {
    if (this.busy) return;
    this.busy = true;
    process.nextTick(arrived, this);
  }

  arrived(): void {
    this.busy = false;
  }

  /** @returns whether the first `length` bytes were one whole frame of plain text, which has been taken. */
  takes(bytes: Buffer, length: number): boolean {
    if (this.busy || !(this.settled ||= this.isSettled())) return false;
    const text = plainText(bytes, length);
    if (text === null || this.isTooLong(text)) return false;
    const { webSocket } = this;
    if (webSocket && !webSocket.budget.take(1, length, webSocket.now)) {
      webSocket.exceeded();
      return true;
    }
    const { transport } = this.conn;
    if (text === PONG) transport.onPacket({ type: 'pong' });
    else if (!this.isTaken(text)) {
      this.settled = false;
      transport.onData(text);
      this.awaitArrival();
    }
    return true;
  }

  private isTaken(text: string): boolean {
    if (!this.destination || !this.isOpen()) return false;
    const packet = packetOf(text);
    if (packet === null) return false;
    try {
      return this.destination.take(packet);
    } catch (error) {
      guardOf(this.conn)?.failed(error);
      return true;
    }
  }

  // To look at all of that for each command costs more than to read it: these are a dozen objects of each connection.
  private isSettled(): boolean {
    const { receiver, socket } = this;
    if (!receiver || !isIdle(receiver)) return false;
    return socket === null || !decoderOf(socket).reconstructor;
  }

  private isTooLong({ length }: string): boolean {
    const most = this.receiver?._maxPayload;
    return most === undefined || (most > 0 && length > most);
  }

  /** Whether a packet would reach this very socket, and nobody else hears of it. */
  private isOpen(): boolean {
    const { conn, socket } = this;
    if (!socket?.connected || conn.readyState !== 'open') return false;
    if (conn.pingTimeoutTimer !== null && !conn.hasRefreshedPingTimeout) return false;
    return !this.overheard || !(this.overheard = isOverheard(conn));
  }
}

const isOverheard = (conn: Engine): boolean => conn.listenerCount('packet') > 0 || conn.listenerCount('message') > 0;

const arrived = (way: StraightWay): void => way.arrived();

/** One function for all connections: it takes the place of the receiver's own. */
function write(this: Receiver, chunk: Buffer): boolean {
  const way = this[WAY];
  if (!way) return countBytes.call(this, chunk);
  return way.takes(chunk, chunk.length) || way.detour(this, chunk);
}

/** One function for all connections: the engine calls it with the connection as `this`. */
function overhear(this: Engine, event: string): void {
  if (event === 'packet' || event === 'message') this[WAY]?.mayBeOverheard();
}

/** No frame has begun that is not over. Compared by identity: a member that `ws` does not have makes a receiver busy. */
function isIdle(receiver: Receiver): boolean {
  if (receiver._state !== WS_RECEIVER_IDLE || receiver._bufferedBytes !== 0 || receiver._fragmented !== 0) return false;
  return receiver.writableLength === 0 && receiver.writable;
}

/** Of an event in the namespace `/` without attachments; null for everything else. */
function packetOf(text: string): StraightPacket | null {
  if (!text.startsWith(EVENT)) return null;
  let at = EVENT.length;
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) at++;
  if (text.charCodeAt(at) !== LIST) return null;
  try {
    const data = JSON.parse(text.slice(at)) as unknown[];
    if (typeof data[0] !== 'string') return null;
    return { data, id: at > EVENT.length ? Number(text.slice(EVENT.length, at)) : null };
  } catch {
    return null;
  }
}
