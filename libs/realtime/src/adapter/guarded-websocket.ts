/**
 * A WebSocket of the server that bounds what its client may send. Every frame is counted before `ws` reads it, also pings,
 * pongs, fragments and empty ones; the parser stops in the middle of a chunk where the budget ends.
 */
import { type Duplex, Writable } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { InboundBudget } from './inbound-budget';
import { type OversizeHandler, skipOversized } from './oversized-message';
import { type WsReceiver, wsInternalsOf } from './ws-internals';

/** WebSocket close code for clients that break the rules of the server (RFC 6455, 7.4.1). */
export const POLICY_VIOLATION = 1008;
/** A frame may arrive in chunks, and a message in fragments, of this size on average; of small messages in `MIN_PIECES`. */
const PIECE_BYTES = 512;
const MIN_PIECES = 256;
/** How long a client that broke the protocol may take to read why, in milliseconds. */
const GOODBYE_MS = 500;

/** The connection of the engine that a WebSocket is the transport of. */
export interface WebSocketOwner {
  /** The client has sent more than it may. */
  budgetExceeded(): void;
  /** The kernel has not taken all that was written. */
  wroteBehind(): void;
  /** Whether the client can be told of a message that is too large. */
  readonly answersOversized: boolean;
  /** A message was too large; `head` is its beginning. @returns whether the client has been told. */
  oversized(head: string): boolean;
}

type Receiver = WsReceiver & { [SOCKET]?: GuardedWebSocket };

interface ConnectionOptions {
  readonly now?: () => number;
}

type Arguments = ConstructorParameters<typeof WebSocket>;

/** Of the first byte of a frame (RFC 6455, 5.2). */
const OPCODE_BITS = 0x0f;
/** Socket.IO sends attachments in binary frames, and nothing else. */
const BINARY = 0x2;

const SOCKET = Symbol('websocket');
const prototype = WebSocket.prototype as unknown as {
  readonly setSocket: (this: WebSocket, socket: Duplex, head: Buffer, options: object) => void;
};
const { write: writeStream } = Writable.prototype as { write: (this: Writable, chunk: Buffer) => boolean };

export class GuardedWebSocket extends WebSocket implements OversizeHandler {
  readonly budget = new InboundBudget();
  /** Null while a client that polls only tries it. */
  owner: WebSocketOwner | null = null;
  readonly now: () => number;

  /** As `ws` makes the connections of a server: with the options of that. */
  constructor(...args: Arguments) {
    super(...args);
    this.now = (args[2] as ConnectionOptions | undefined)?.now ?? Date.now;
  }

  setSocket(socket: Duplex, head: Buffer, options: object): void {
    prototype.setSocket.call(this, socket, head, options);
    const receiver: Receiver | null | undefined = wsInternalsOf(this)._receiver;
    if (!receiver) return;
    receiver[SOCKET] = this;
    readFrame ??= receiver.getInfo;
    receiver.getInfo = countFrame;
    receiver.write = countBytes;
    skipOversized(receiver, this);
  }

  get maySkip(): boolean {
    return this.owner?.answersOversized ?? false;
  }

  skipped(head: string): boolean {
    return this.owner?.oversized(head) ?? false;
  }

  /** The TCP connection; null before and after. */
  get tcp(): Duplex | null {
    return wsInternalsOf(this)._socket ?? null;
  }

  /** Bytes that have been handed to the TCP connection and that the kernel has not taken. */
  get unsentBytes(): number {
    const { tcp } = this;
    return tcp && !tcp.destroyed ? tcp.writableLength : 0;
  }

  get isGone(): boolean {
    return this.readyState === WebSocket.CLOSED;
  }

  /** `ws` answers every ping by itself. A client that does not read the answers gets none: it would pile them up here. */
  override pong(...args: Parameters<WebSocket['pong']>): void {
    if (this.unsentBytes === 0) super.pong(...args);
  }

  /** Also called by `ws` when the client has closed, or has broken the protocol. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    const { _closeFrameReceived: closed, _receiver: receiver } = wsInternalsOf(this);
    // Whatever follows a close frame is read and thrown away, for as long as the client sends: TCP ends here instead.
    if (closed) (this.tcp as { destroySoon?: () => void } | null)?.destroySoon?.();
    // An upgrade that was not completed: the session continues by polling, so this socket need not wait for a close frame.
    else if (this.owner === null || receiver?.destroyed || receiver?.errored) this.hangUp();
  }

  /** Reads nothing more, says the rest, and ends the TCP connection soon, whether the client has read that or not. */
  hangUp(): void {
    const { tcp } = this;
    this.stopReading();
    if (!tcp || tcp.destroyed) return;
    tcp.end();
    setTimeout(() => tcp.destroy(), GOODBYE_MS).unref();
  }

  /** Drops what has been read and not been parsed, and reads nothing more. */
  stopReading(): void {
    const { _receiver: receiver } = wsInternalsOf(this);
    this.budget.end();
    if (receiver) discard(receiver);
    this.tcp?.pause();
    // Where `ws` has just closed by itself, it resumes the stream in the next tick.
    setImmediate(() => this.tcp?.pause());
  }

  /** The client has sent more than it may. */
  exceeded(): void {
    if (this.owner) this.owner.budgetExceeded();
    else this.terminate();
  }
}

/** Of `ws`: begins to read a frame. */
let readFrame: Receiver['getInfo'] | undefined;

/** One function for all connections: it takes the place of the receiver's own. */
function countFrame(this: Receiver, done: (error?: Error) => void): void {
  const socket = this[SOCKET];
  // The header of a frame is not complete yet: `ws` will ask again.
  const isFrame = this._bufferedBytes >= 2;
  const attachments = isFrame && opcodeOf(this) === BINARY ? 1 : 0;
  if (isFrame && socket && !socket.budget.take(1 - attachments, 0, socket.now, attachments)) {
    discard(this);
    return socket.exceeded();
  }
  readFrame?.call(this, done);
}

/** Of the frame whose header comes next. */
const opcodeOf = ({ _buffers: [first] }: Receiver): number => (first?.[0] ?? 0) & OPCODE_BITS;

/** What `Receiver.write` is, and counts. One function for all connections. */
export function countBytes(this: Writable, chunk: Buffer): boolean {
  const socket = (this as Receiver)[SOCKET];
  if (!socket || socket.budget.take(0, chunk.length, socket.now)) return writeStream.call(this, chunk);
  socket.exceeded();
  return true;
}

function discard(receiver: Receiver): void {
  receiver._loop = false;
  receiver._buffers = [];
  receiver._bufferedBytes = 0;
}

/** Each piece of an unfinished message is an object of its own, however small it is. */
export function pieceLimits({
  maxPayload = 0,
}: ServerOptions): Pick<ServerOptions, 'maxFragments' | 'maxBufferedChunks'> {
  const pieces = Math.max(MIN_PIECES, Math.ceil(maxPayload / PIECE_BYTES));
  return { maxFragments: pieces, maxBufferedChunks: pieces };
}

/** For the option `wsEngine` of Socket.IO. */
export class GuardedWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    const WebSocket = GuardedWebSocket as unknown as ServerOptions['WebSocket'];
    super({ ...options, ...pieceLimits(options), WebSocket });
  }
}
