/**
 * The short way of a command from its WebSocket to who takes it. Between the two lie a stream, two parsers, five emitters
 * and a tick, each of which makes objects for it; for one command in a frame of its own that comes to the same in the end.
 * Whatever is not just that goes the ordinary way, as if there were no other: it is left to `ws`, the engine and Socket.IO
 * to know what it is, and to refuse it. Nothing overtakes anything on either way.
 */
import { Writable } from 'node:stream';
import type { RealtimeSocket } from '../socket-types';
import { plainText } from './plain-text';

export interface StraightPacket {
  readonly data: readonly unknown[];
  /** Under which an answer is expected; null where none is. */
  readonly id: number | null;
}

export interface Destination {
  /** Whether there is a command of that name. */
  knows(name: string): boolean;
  /** Never throws. */
  take(packet: StraightPacket): void;
}

/** Of `ws`: what makes frames of what the kernel hands over. */
interface Receiver extends Writable {
  readonly _state: number;
  readonly _bufferedBytes: number;
  readonly _fragmented: number;
  readonly _maxPayload: number;
}

const WAY = Symbol('straight way');

interface Engine {
  [WAY]?: StraightWay;
  readonly protocol: number;
  readonly readyState: string;
  readonly transport: { readonly name: string; readonly socket?: { readonly _receiver?: Receiver | null } };
  /** Runs while an answer to a ping is waited for; the first packet meanwhile gives the client more time. */
  readonly pingTimeoutTimer: object | null;
  readonly hasRefreshedPingTimeout: boolean;
  once(event: 'upgrade', listener: () => void): unknown;
  listenerCount(event: string): number;
}

interface Internals {
  readonly conn: Engine;
  readonly client: { readonly decoder: { readonly reconstructor?: object | null } };
}

/** Where the receiver is at the beginning of a frame. */
const AT_BEGINNING = 0;
/** Engine and Socket.IO types of packets: a message with an event. */
const EVENT = '42';
const LIST = '['.charCodeAt(0);
const [ZERO, NINE] = ['0'.charCodeAt(0), '9'.charCodeAt(0)];

const { write: writeOrdinarily } = Writable.prototype as { write: (this: Writable, chunk: Buffer) => boolean };

export class StraightWay {
  /** Until what went the ordinary way in this tick has arrived, nothing goes another. */
  private busy = false;

  private constructor(
    private readonly conn: Engine,
    private socket: RealtimeSocket,
    private destination: Destination,
  ) {}

  /** From now on, and instead of who took the commands of this connection before. Polling has none until it is upgraded. */
  static open(socket: RealtimeSocket, destination: Destination): void {
    const { conn } = socket as unknown as Internals;
    const known = conn[WAY];
    if (known) {
      known.socket = socket;
      known.destination = destination;
      return;
    }
    const way = (conn[WAY] = new StraightWay(conn, socket, destination));
    if (conn.transport.name === 'websocket') way.join();
    else conn.once('upgrade', () => way.join());
  }

  private join(): void {
    const receiver = this.conn.transport.socket?._receiver;
    if (!receiver || this.conn.protocol !== 4) return;
    receiver.write = (chunk: Buffer): boolean => this.goes(receiver, chunk) || this.detour(receiver, chunk);
  }

  private detour(receiver: Receiver, chunk: Buffer): boolean {
    const more = writeOrdinarily.call(receiver, chunk);
    if (!this.busy) {
      this.busy = true;
      // Packets of the ordinary way are handed over in the next tick, in turn: this comes after them.
      process.nextTick(this.arrived);
    }
    return more;
  }

  private readonly arrived = (): void => {
    this.busy = false;
  };

  /** @returns whether the chunk was a command, which has been taken. */
  private goes(receiver: Receiver, chunk: Buffer): boolean {
    if (this.busy || !isIdle(receiver) || !this.isOpen(receiver)) return false;
    const text = plainText(chunk);
    if (text === null || (receiver._maxPayload > 0 && text.length > receiver._maxPayload)) return false;
    const packet = packetOf(text);
    if (!packet || !this.destination.knows(packet.data[0] as string)) return false;
    this.destination.take(packet);
    return true;
  }

  /** Whether a packet would reach this very socket, and nobody else hears of it. */
  private isOpen(receiver: Receiver): boolean {
    const { conn, socket } = this;
    if (!socket.connected || conn.readyState !== 'open' || conn.transport.socket?._receiver !== receiver) return false;
    if (conn.pingTimeoutTimer !== null && !conn.hasRefreshedPingTimeout) return false;
    if ((socket as unknown as Internals).client.decoder.reconstructor) return false;
    return conn.listenerCount('packet') === 0 && conn.listenerCount('message') === 0;
  }
}

/** No frame has begun that is not over. */
function isIdle(receiver: Receiver): boolean {
  if (receiver._state !== AT_BEGINNING || receiver._bufferedBytes > 0 || receiver._fragmented > 0) return false;
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
