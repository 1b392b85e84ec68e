/**
 * A WebSocket that writes all frames of one event-loop iteration with one system call: the calls are most of the cost of a
 * delivery. Order is preserved: frames that `ws` sends itself, such as the close frame, are written after the pending batch.
 */
import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { GuardedWebSocket, pieceLimits } from '../inbound/guarded-websocket';
import type { FrameBatch } from './frame-batch';
import { enableSharedReads } from '../inbound/shared-read-buffer';
import { type Flushable, FlushScheduler } from './flush-scheduler';
import { type SendFrame, wsInternalsOf, type WsSender } from '../internals/ws-internals';

/** A larger batch is written at once: joining more frames would save nothing. */
const MAX_BATCH_BYTES = 64 * 1024;

type CorkedSender = WsSender & { originalSendFrame?: SendFrame; webSocket?: CorkedWebSocket };

type Arguments = ConstructorParameters<typeof WebSocket>;

const flushThenSend: SendFrame = function (this: CorkedSender, list, done) {
  this.webSocket?.flushBeforeOtherWrite();
  this.originalSendFrame?.call(this, list, done);
};

export class CorkedWebSocket extends GuardedWebSocket implements Flushable {
  /**
   * Caches that this connection may be written to past the engine. Reset as soon as `ws` sends a frame itself, such as a close
   * frame, or the kernel does not take all bytes.
   */
  canBypassEngine = false;
  private batch: FrameBatch | null = null;
  /** Whether a flush at the end of this iteration is scheduled. */
  private isFlushScheduled = false;
  /** Whether the TCP connection is still corked with the response to the upgrade request. */
  private isUpgradeResponseCorked = false;
  private readonly flushScheduler: FlushScheduler;

  /** Called by `ws`, with the options of the server as the third argument. */
  constructor(...args: Arguments) {
    super(...args);
    this.flushScheduler = (args[2] as unknown as { flushScheduler: FlushScheduler }).flushScheduler;
  }

  override setSocket(socket: Duplex, head: Buffer, options: object): void {
    super.setSocket(socket, head, options);
    this.isUpgradeResponseCorked = true;
    this.flushScheduler.scheduleFlush(this);
    enableSharedReads(socket);
    const sender: CorkedSender | undefined = wsInternalsOf(this)._sender;
    if (!sender) return;
    sender.originalSendFrame = sender.sendFrame;
    sender.webSocket = this;
    sender.sendFrame = flushThenSend;
  }

  /** Whether `appendFrame` may be called: if the kernel has not taken all bytes, frames have to wait in the engine's queue. */
  get isReady(): boolean {
    if (this.batch) return true;
    const tcp = wsInternalsOf(this)._socket;
    return this.readyState === WebSocket.OPEN && tcp?.writable === true && tcp.writableLength === 0;
  }

  /** Adds a frame to the batch; requires `isReady`. A deferrable frame does not cause a write of its own for a while. */
  appendFrame(frame: Buffer, isDeferrable = false): void {
    if (isDeferrable && !this.batch) this.flushScheduler.deferFlush(this);
    if (!isDeferrable && !this.isFlushScheduled) this.flushScheduler.scheduleFlush(this);
    this.isFlushScheduled ||= !isDeferrable;
    this.batch = (this.batch ?? this.flushScheduler.initialBatch).withFrame(frame);
    if (this.batch.byteLength > MAX_BATCH_BYTES) this.flushEarly();
  }

  /** Called by the scheduler at the end of the iteration, or when the deferral is over. */
  flush(): void {
    this.writeBatch();
    if (this.isUpgradeResponseCorked) this.tcpSocket?.uncork();
    this.isUpgradeResponseCorked = false;
    this.reportBacklog();
  }

  /** Called before `ws` sends a frame itself. */
  flushBeforeOtherWrite(): void {
    this.flushEarly();
    this.canBypassEngine = false;
  }

  private flushEarly(): void {
    this.writeBatch();
    // Corked bytes have not been offered to the kernel yet; it may well take all of them at the end of the iteration.
    if (!this.isUpgradeResponseCorked) this.reportBacklog();
  }

  private writeBatch(): void {
    const { batch } = this;
    this.batch = null;
    this.isFlushScheduled = false;
    const tcp = wsInternalsOf(this)._socket;
    if (batch && tcp?.writable) tcp.write(batch.buffer);
  }

  private reportBacklog(): void {
    if (wsInternalsOf(this)._socket?.writableLength === 0) return;
    this.canBypassEngine = false;
    this.owner?.onBacklog();
  }
}

/** The value of Socket.IO's option `wsEngine` while the fast path is on. */
export class CorkedWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({
      ...options,
      ...pieceLimits(options),
      WebSocket: CorkedWebSocket as unknown as typeof WebSocket,
      flushScheduler: new FlushScheduler(),
    } as ServerOptions);
    // Corked until the first flush: the engine's handshake packet leaves together with the response to the upgrade.
    this.on('headers', (_headers, { socket }) => socket.cork());
  }
}
