/**
 * A server-side WebSocket that enforces the inbound budget of its client. Every frame is counted before `ws` reads it, including
 * pings, pongs, fragments and empty frames. When the budget is used up, the parser stops, even in the middle of a chunk.
 */
import { type Duplex, Writable } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { InboundBudget } from './inbound-budget';
import { type OversizeHandler, skipOversized } from './oversized-message';
import { type WsReceiver, wsInternalsOf } from '../internals/ws-internals';

/** WebSocket close code for clients that break the rules of the server (RFC 6455, 7.4.1). */
export const POLICY_VIOLATION = 1008;
/** The average size of chunks and fragments that is allowed for; a message may always arrive in `MIN_PIECES` pieces. */
const PIECE_BYTES = 512;
const MIN_PIECES = 256;
/** How long a client that broke the protocol may take to read the close frame, in milliseconds. */
const CLOSE_GRACE_MS = 500;

/** The engine connection whose transport the WebSocket is. */
export interface WebSocketOwner {
  /** The client has sent more than it may. */
  onBudgetExceeded(): void;
  /** The kernel has not taken all that was written. */
  onBacklog(): void;
  /** Whether the client can be sent an error for an oversized message. */
  readonly canAnswerOversized: boolean;
  /** A message was too large; `head` is its beginning. @returns whether the client was sent an error. */
  onOversizedMessage(head: string): boolean;
}

type GuardedReceiver = WsReceiver & { [SOCKET]?: GuardedWebSocket };

interface ConnectionOptions {
  readonly now?: () => number;
}

type Arguments = ConstructorParameters<typeof WebSocket>;

/** The opcode bits of the first byte of a frame (RFC 6455, 5.2). */
const OPCODE_BITS = 0x0f;
/** Socket.IO uses binary frames for attachments only. */
const BINARY = 0x2;

const SOCKET = Symbol('websocket');
const prototype = WebSocket.prototype as unknown as {
  readonly setSocket: (this: WebSocket, socket: Duplex, head: Buffer, options: object) => void;
};
const { write: writeStream } = Writable.prototype as { write: (this: Writable, chunk: Buffer) => boolean };

export class GuardedWebSocket extends WebSocket implements OversizeHandler {
  readonly budget = new InboundBudget();
  /** Null while a polling client only probes this WebSocket for an upgrade. */
  owner: WebSocketOwner | null = null;
  readonly now: () => number;

  /** Called by `ws`, with the options of the server as the third argument. */
  constructor(...args: Arguments) {
    super(...args);
    this.now = (args[2] as ConnectionOptions | undefined)?.now ?? Date.now;
  }

  setSocket(socket: Duplex, head: Buffer, options: object): void {
    prototype.setSocket.call(this, socket, head, options);
    const receiver: GuardedReceiver | null | undefined = wsInternalsOf(this)._receiver;
    if (!receiver) return;
    receiver[SOCKET] = this;
    originalGetInfo ??= receiver.getInfo;
    receiver.getInfo = countFrame;
    receiver.write = writeCounted;
    skipOversized(receiver, this);
  }

  get canSkipOversized(): boolean {
    return this.owner?.canAnswerOversized ?? false;
  }

  onSkipped(head: string): boolean {
    return this.owner?.onOversizedMessage(head) ?? false;
  }

  /** The TCP connection; null before it is assigned and after it has closed. */
  get tcpSocket(): Duplex | null {
    return wsInternalsOf(this)._socket ?? null;
  }

  /** Bytes written to the TCP connection that the kernel has not taken yet. */
  get unsentBytes(): number {
    const { tcpSocket } = this;
    return tcpSocket && !tcpSocket.destroyed ? tcpSocket.writableLength : 0;
  }

  get isClosed(): boolean {
    return this.readyState === WebSocket.CLOSED;
  }

  /** Called by `ws` for every ping. A client with unread bytes gets no pong, since its unread pongs would pile up here. */
  override pong(...args: Parameters<WebSocket['pong']>): void {
    if (this.unsentBytes === 0) super.pong(...args);
  }

  /** Also called by `ws` when the client has closed, or has broken the protocol. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    const { _closeFrameReceived: closed, _receiver: receiver } = wsInternalsOf(this);
    // `ws` would read and discard data after a close frame for as long as the client sends: the TCP connection ends here.
    if (closed) (this.tcpSocket as { destroySoon?: () => void } | null)?.destroySoon?.();
    // Without an owner the upgrade was not completed: the session continues by polling, so no close frame is awaited.
    else if (this.owner === null || receiver?.destroyed || receiver?.errored) this.hangUp();
  }

  /** Stops reading, ends the TCP connection, and destroys it after `CLOSE_GRACE_MS` whether the client has read or not. */
  hangUp(): void {
    const { tcpSocket } = this;
    this.stopReading();
    if (!tcpSocket || tcpSocket.destroyed) return;
    tcpSocket.end();
    setTimeout(() => tcpSocket.destroy(), CLOSE_GRACE_MS).unref();
  }

  /** Discards bytes that have been read but not parsed, and reads nothing more. */
  stopReading(): void {
    const { _receiver: receiver } = wsInternalsOf(this);
    this.budget.end();
    if (receiver) discardBuffered(receiver);
    this.tcpSocket?.pause();
    // If `ws` has just closed the connection itself, it resumes the stream in the next tick.
    setImmediate(() => this.tcpSocket?.pause());
  }

  /** The client has sent more than it may. */
  onBudgetExceeded(): void {
    if (this.owner) this.owner.onBudgetExceeded();
    else this.terminate();
  }
}

/** The method of `ws` that begins to read a frame. */
let originalGetInfo: GuardedReceiver['getInfo'] | undefined;

/** Replaces `getInfo` of the receiver; shared by all connections. */
function countFrame(this: GuardedReceiver, done: (error?: Error) => void): void {
  const socket = this[SOCKET];
  // With an incomplete header, `ws` calls this again when more bytes have arrived.
  const isFrame = this._bufferedBytes >= 2;
  const attachments = isFrame && opcodeOf(this) === BINARY ? 1 : 0;
  if (isFrame && socket && !socket.budget.take(1 - attachments, 0, socket.now, attachments)) {
    discardBuffered(this);
    return socket.onBudgetExceeded();
  }
  originalGetInfo?.call(this, done);
}

/** The opcode of the frame whose header is next in the buffer. */
const opcodeOf = ({ _buffers: [first] }: GuardedReceiver): number => (first?.[0] ?? 0) & OPCODE_BITS;

/** Replaces `Receiver.write` and counts the bytes; shared by all connections. */
export function writeCounted(this: Writable, chunk: Buffer): boolean {
  const socket = (this as GuardedReceiver)[SOCKET];
  if (!socket || socket.budget.take(0, chunk.length, socket.now)) return writeStream.call(this, chunk);
  socket.onBudgetExceeded();
  return true;
}

function discardBuffered(receiver: GuardedReceiver): void {
  receiver._loop = false;
  receiver._buffers = [];
  receiver._bufferedBytes = 0;
}

/** Bounds the pieces of an unfinished message: each is an object of its own, however small. */
export function pieceLimits({
  maxPayload = 0,
}: ServerOptions): Pick<ServerOptions, 'maxFragments' | 'maxBufferedChunks'> {
  const pieces = Math.max(MIN_PIECES, Math.ceil(maxPayload / PIECE_BYTES));
  return { maxFragments: pieces, maxBufferedChunks: pieces };
}

/** The value of Socket.IO's option `wsEngine` while the fast path is off. */
export class GuardedWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    const WebSocket = GuardedWebSocket as unknown as ServerOptions['WebSocket'];
    super({ ...options, ...pieceLimits(options), WebSocket });
  }
}
