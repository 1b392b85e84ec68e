/**
 * Dispatches inbound commands without the layers in between: a stream, two parsers, five emitters and a tick, which all
 * allocate objects. A chunk that is exactly one text frame with a command goes straight to the dispatcher, with the same
 * result. Any other text frame, such as the CONNECT, is handed to the engine as `ws` would hand it over. All other chunks take
 * the slow path through `ws`, the engine and Socket.IO, which validate and refuse them. Order is preserved across both paths.
 */
import type { RealtimeSocket } from '../../base/socket-types';
import { guardOf } from '../limits/connection-guard';
import { writeCounted, GuardedWebSocket } from './guarded-websocket';
import { decodeTextFrame } from './text-frame';
import { type ChunkReader, setChunkReader } from './shared-read-buffer';
import { WS_RECEIVER_IDLE, type WsReceiver, wsInternalsOf } from '../internals/ws-internals';

export interface CommandPacket {
  readonly data: readonly unknown[];
  /** The acknowledgement id; null if the client expects no answer. */
  readonly id: number | null;
}

export interface CommandSink {
  /** Never throws. @returns false, without an effect, if there is no command of that name. */
  tryDispatch(packet: CommandPacket): boolean;
}

const FAST_PATH = Symbol('fast path');

type FastPathReceiver = WsReceiver & { [FAST_PATH]?: InboundFastPath };

interface FrameTransport {
  readonly name: string;
  readonly socket?: unknown;
  onPacket(packet: { readonly type: 'pong' }): void;
  /** Handles the text of a frame. */
  onData(text: string): void;
}

interface FastPathConnection {
  [FAST_PATH]?: InboundFastPath;
  readonly protocol: number;
  readonly readyState: string;
  readonly transport: FrameTransport;
  /** Runs while a pong is awaited; the first packet that arrives in this time gives the client more time. */
  readonly pingTimeoutTimer: object | null;
  readonly hasRefreshedPingTimeout: boolean;
  once(event: 'upgrade', listener: () => void): unknown;
  on(event: 'newListener', listener: (this: FastPathConnection, event: string) => void): unknown;
  listenerCount(event: string): number;
}

/** Socket.IO's decoder, which reassembles packets and their attachments. */
interface PacketDecoder {
  readonly reconstructor?: object | null;
}

const decoderOf = (socket: RealtimeSocket): PacketDecoder =>
  (socket as unknown as { readonly client: { readonly decoder: PacketDecoder } }).client.decoder;

/** Packet types of engine and Socket.IO: a message with an event, and a pong. */
const EVENT = '42';
const PONG = '3';
const OPENING_BRACKET = '['.charCodeAt(0);
const [ZERO, NINE] = ['0'.charCodeAt(0), '9'.charCodeAt(0)];

export class InboundFastPath implements ChunkReader {
  /** Whether the slow path still has packets of this tick. The fast path waits for them, to preserve the order. */
  private isSlowPathBusy = false;
  /** Whether the slow path has nothing incomplete: no frame, no fragmented message, no packet that lacks attachments. */
  private isSlowPathComplete = false;
  private receiver: FastPathReceiver | null = null;
  private webSocket: GuardedWebSocket | null = null;
  /** Whether the engine connection may have listeners for `packet` or `message`, which the fast path would bypass. */
  private hasPacketListeners: boolean;

  private socket: RealtimeSocket | null = null;
  private commandSink: CommandSink | null = null;

  private constructor(private readonly conn: FastPathConnection) {
    this.hasPacketListeners = hasPacketListeners(conn);
    conn.on('newListener', onNewListener);
    if (conn.transport.name === 'websocket') this.attachWebSocket();
    // Polling has no frames until it is upgraded.
    else conn.once('upgrade', () => this.attachWebSocket());
  }

  /** Attaches to an engine connection, from its first packet on. @returns the one fast path of the connection. */
  static attach(connection: object): InboundFastPath {
    const conn = connection as FastPathConnection;
    return (conn[FAST_PATH] ??= new InboundFastPath(conn));
  }

  /** Sends the commands of the connection to this socket's sink from now on, replacing an earlier one. */
  static bindCommands(socket: RealtimeSocket, commandSink: CommandSink): void {
    const fastPath = InboundFastPath.attach(socket.conn);
    fastPath.socket = socket;
    fastPath.commandSink = commandSink;
    fastPath.isSlowPathComplete = false;
  }

  private attachWebSocket(): void {
    const { transport, protocol } = this.conn;
    const { socket } = transport;
    // Fast-path frames bypass the parser of `ws`, so only a WebSocket with a budget may use it.
    if (!(socket instanceof GuardedWebSocket)) return;
    const { _receiver, _socket: connection } = wsInternalsOf(socket);
    const receiver: FastPathReceiver | null | undefined = _receiver;
    if (!receiver || !connection || protocol !== 4 || typeof transport.onData !== 'function') return;
    this.receiver = receiver;
    this.webSocket = socket;
    receiver[FAST_PATH] = this;
    receiver.write = writeThroughFastPath;
    setChunkReader(connection, this);
  }

  /** Makes the next command check for listeners again. */
  recheckListeners(): void {
    this.hasPacketListeners = true;
  }

  passToWs(receiver: FastPathReceiver, chunk: Buffer): boolean {
    this.isSlowPathComplete = false;
    const canWriteMore = writeCounted.call(receiver, chunk);
    this.waitForSlowPath();
    return canWriteMore;
  }

  // Socket.IO hands over slow-path packets in the next tick, in order. This callback is queued behind them.
  private waitForSlowPath(): void {
    if (this.isSlowPathBusy) return;
    this.isSlowPathBusy = true;
    process.nextTick(onSlowPathDone, this);
  }

  onSlowPathDone(): void {
    this.isSlowPathBusy = false;
  }

  /** @returns whether the first `length` bytes were exactly one text frame and have been consumed. */
  tryConsume(bytes: Buffer, length: number): boolean {
    if (this.isSlowPathBusy || !(this.isSlowPathComplete ||= this.checkSlowPathComplete())) return false;
    const text = decodeTextFrame(bytes, length);
    if (text === null || this.exceedsMaxPayload(text)) return false;
    const { webSocket } = this;
    if (webSocket && !webSocket.budget.take(1, length, webSocket.now)) {
      webSocket.onBudgetExceeded();
      return true;
    }
    const { transport } = this.conn;
    if (text === PONG) transport.onPacket({ type: 'pong' });
    else if (!this.tryDispatch(text)) {
      this.isSlowPathComplete = false;
      transport.onData(text);
      this.waitForSlowPath();
    }
    return true;
  }

  private tryDispatch(text: string): boolean {
    if (!this.commandSink || !this.canDispatch()) return false;
    const packet = parseCommandPacket(text);
    if (packet === null) return false;
    try {
      return this.commandSink.tryDispatch(packet);
    } catch (error) {
      guardOf(this.conn)?.endAfterError(error);
      return true;
    }
  }

  // The result is cached: these checks touch a dozen objects of the connection, which costs more than parsing a command.
  private checkSlowPathComplete(): boolean {
    const { receiver, socket } = this;
    if (!receiver || !isReceiverIdle(receiver)) return false;
    return socket === null || !decoderOf(socket).reconstructor;
  }

  private exceedsMaxPayload({ length }: string): boolean {
    const maxPayload = this.receiver?._maxPayload;
    return maxPayload === undefined || (maxPayload > 0 && length > maxPayload);
  }

  /** Whether the slow path would deliver a packet to this socket and to no other listener. */
  private canDispatch(): boolean {
    const { conn, socket } = this;
    if (!socket?.connected || conn.readyState !== 'open') return false;
    if (conn.pingTimeoutTimer !== null && !conn.hasRefreshedPingTimeout) return false;
    return !this.hasPacketListeners || !(this.hasPacketListeners = hasPacketListeners(conn));
  }
}

const hasPacketListeners = (conn: FastPathConnection): boolean =>
  conn.listenerCount('packet') > 0 || conn.listenerCount('message') > 0;

const onSlowPathDone = (fastPath: InboundFastPath): void => fastPath.onSlowPathDone();

/** Replaces `write` of the receiver; shared by all connections. */
function writeThroughFastPath(this: FastPathReceiver, chunk: Buffer): boolean {
  const fastPath = this[FAST_PATH];
  if (!fastPath) return writeCounted.call(this, chunk);
  return fastPath.tryConsume(chunk, chunk.length) || fastPath.passToWs(this, chunk);
}

/** Shared by all connections: the engine calls it with the connection as `this`. */
function onNewListener(this: FastPathConnection, event: string): void {
  if (event === 'packet' || event === 'message') this[FAST_PATH]?.recheckListeners();
}

/** Whether no frame is incomplete. Strict comparisons: if a version of `ws` lacks a member, the receiver counts as busy. */
function isReceiverIdle(receiver: FastPathReceiver): boolean {
  if (receiver._state !== WS_RECEIVER_IDLE || receiver._bufferedBytes !== 0 || receiver._fragmented !== 0) return false;
  return receiver.writableLength === 0 && receiver.writable;
}

/** Parses an event in the namespace `/` without attachments; null for everything else. */
function parseCommandPacket(text: string): CommandPacket | null {
  if (!text.startsWith(EVENT)) return null;
  let at = EVENT.length;
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) at++;
  if (text.charCodeAt(at) !== OPENING_BRACKET) return null;
  try {
    const data = JSON.parse(text.slice(at)) as unknown[];
    if (typeof data[0] !== 'string') return null;
    return { data, id: at > EVENT.length ? Number(text.slice(EVENT.length, at)) : null };
  } catch {
    return null;
  }
}
