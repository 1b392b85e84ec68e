/**
 * A WebSocket that writes the frames of one turn of the event loop together. Writing is most of what a delivery costs, and
 * it is paid by the call. Everything else that is sent on the connection, down to the closing frame, is written after the
 * frames that came before it.
 */
import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { GuardedWebSocket, pieceLimits } from './guarded-websocket';
import type { Run } from './run';
import { readShared } from './shared-reads';
import { type Corked, Turn } from './turn';
import { type SendFrame, wsInternalsOf, type WsSender } from './ws-internals';

/** Together they would wait for the turn to end for nothing: the kernel takes so much at once as it is. */
const ENOUGH_BYTES = 64 * 1024;

type Sender = WsSender & { plain?: SendFrame; corked?: CorkedWebSocket };

type Arguments = ConstructorParameters<typeof WebSocket>;

const afterWhatWaits: SendFrame = function (this: Sender, list, done) {
  this.corked?.interrupt();
  this.plain?.call(this, list, done);
};

export class CorkedWebSocket extends GuardedWebSocket implements Corked {
  /**
   * Whether nothing has come between since somebody found out that this connection may be written to past the engine:
   * neither has anything else been sent, be it the closing frame, nor has the kernel fallen behind.
   */
  undisturbed = false;
  private run: Run | null = null;
  /** At the end of this turn. */
  private due = false;
  /** The answer to its upgrade waits until then, corked. */
  private answering = false;
  private readonly turn: Turn;

  /** As `ws` makes the connections of a server: with the options of that. */
  constructor(...args: Arguments) {
    super(...args);
    this.turn = (args[2] as unknown as { turn: Turn }).turn;
  }

  override setSocket(socket: Duplex, head: Buffer, options: object): void {
    super.setSocket(socket, head, options);
    this.answering = true;
    this.turn.atTheEnd(this);
    readShared(socket);
    const sender: Sender | undefined = wsInternalsOf(this)._sender;
    if (!sender) return;
    sender.plain = sender.sendFrame;
    sender.corked = this;
    sender.sendFrame = afterWhatWaits;
  }

  /** Whether a frame may be handed over now: where the kernel is behind, it has to queue with those who wait for that. */
  get ready(): boolean {
    if (this.run) return true;
    const tcp = wsInternalsOf(this)._socket;
    return this.readyState === WebSocket.OPEN && tcp?.writable === true && tcp.writableLength === 0;
  }

  /** Only while it is ready. `unhurried`: it does not need a write of its own for now. */
  append(frame: Buffer, unhurried = false): void {
    if (unhurried && !this.run) this.turn.whenever(this);
    if (!unhurried && !this.due) this.turn.atTheEnd(this);
    this.due ||= !unhurried;
    this.run = (this.run ?? this.turn.beginning).then(frame);
    if (this.run.bytes > ENOUGH_BYTES) this.write();
  }

  /** The turn is over, or a while. */
  flush(): void {
    this.writeRun();
    if (this.answering) this.tcp?.uncork();
    this.answering = false;
    this.noticeBacklog();
  }

  /** Something else is about to be sent. */
  interrupt(): void {
    this.write();
    this.undisturbed = false;
  }

  private write(): void {
    this.writeRun();
    // What is corked has not been offered to the kernel, which may well take all of it at the end of the turn.
    if (!this.answering) this.noticeBacklog();
  }

  private writeRun(): void {
    const { run } = this;
    this.run = null;
    this.due = false;
    const tcp = wsInternalsOf(this)._socket;
    if (run && tcp?.writable) tcp.write(run.buffer);
  }

  private noticeBacklog(): void {
    if (wsInternalsOf(this)._socket?.writableLength === 0) return;
    this.undisturbed = false;
    this.owner?.wroteBehind();
  }
}

/** For the option `wsEngine` of Socket.IO. */
export class CorkedWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({
      ...options,
      ...pieceLimits(options),
      WebSocket: CorkedWebSocket as unknown as typeof WebSocket,
      turn: new Turn(),
    } as ServerOptions);
    // The engine greets in the same turn: its first packet leaves together with the answer to the upgrade.
    this.on('headers', (_headers, { socket }) => socket.cork());
  }
}
