/**
 * Watches one connection of the engine: which packets it may send before it is admitted, how much it sends in all, and how
 * much it leaves unread. What is not allowed ends the connection at once.
 */
import type { ServerResponse } from 'node:http';
import { DeliveryProbe } from './delivery-probe';
import type { EngineConnection, Packet } from './engine-connection';
import { GuardedWebSocket, POLICY_VIOLATION, type WebSocketOwner } from './guarded-websocket';
import { endSoon } from './last-words';
import { EARLY_BYTES, InboundBudget, type InboundPolicy } from './inbound-budget';

/**
 * Why a connection was ended at once. EARLY: something else than one CONNECT before admission; CONNECT_TIMEOUT: nothing that
 * was admitted in time; FLOODING: more frames or bytes than the budget; OVERLOADED: more unsent bytes than one connection
 * may have; NODE_OVERLOADED: one of the largest, where all together had more than the node may have; FAILED: what it sent
 * led to an error of this server.
 */
export type CutOffCode = 'EARLY' | 'CONNECT_TIMEOUT' | 'FLOODING' | 'OVERLOADED' | 'NODE_OVERLOADED' | 'FAILED';

/** What all connections of a node have in common. */
export interface GuardContext {
  readonly policy: InboundPolicy;
  readonly maxPayloadBytes: number;
  readonly now: () => number;
  /** The unsent bytes of a connection have changed. */
  unsentChanged(guard: ConnectionGuard): void;
  /** A connection is about to be cut off. */
  cutOff(guard: ConnectionGuard, code: CutOffCode, error?: unknown): void;
}

/** After a refusal a client may try another token over the same connection; failures are also counted by address. */
const MAX_HANDSHAKES = 8;
/** A packet costs this much memory beside its data: the object, its options and its place in the queue. */
const PACKET_BYTES = 256;
/** How long a client may read its last answers by polling after its connection has ended. */
const LAST_ANSWERS_MS = 5_000;

const GUARD = Symbol('guard');
type Guarded = object & { [GUARD]?: ConnectionGuard };

export const guardOf = (connection: object): ConnectionGuard | undefined => (connection as Guarded)[GUARD];

export class ConnectionGuard implements WebSocketOwner {
  /** Whether a socket of this connection has passed the handshake, and has not left since. */
  admitted = false;
  /** When it was opened, or was left by its socket. */
  waitingSince: number;
  /** Nothing that it sends is heard any more. */
  ended = false;
  /** Who it is, once that is proved; for the log. */
  user: { readonly userId: string; readonly ip: string } | null = null;
  /** Of the polling transport; where that has never been used, the WebSocket's own. */
  readonly budget: InboundBudget;
  /** Tells the client which command was too large, by the beginning of the message; false for what is no command. */
  onOversized: ((head: string) => boolean) | null = null;
  /** Unsent bytes that the node's total includes. */
  accountedBytes = 0;
  /** What may be unread beside the usual limit, until the client has caught up: events that it missed while it was away. */
  replayBytes = 0;
  /** In the queue of the engine. */
  private queuedBytes = 0;
  /** Answers to polls that the client has not read, and their bytes. */
  private answers: Map<ServerResponse, number> | null = null;
  /** What has not been read is being freed. */
  private discarded = false;
  private handshakes = 0;
  private handshakeUnderWay = false;
  /** Binary attachments that wait for the rest of their packet. */
  private attachedBytes = 0;
  /** Finds out whether what it was written has arrived; null before it was written anything that is to be confirmed. */
  probe: DeliveryProbe | null = null;

  constructor(
    readonly connection: EngineConnection,
    private readonly context: GuardContext,
  ) {
    this.waitingSince = context.now();
    this.budget = this.webSocket?.budget ?? new InboundBudget();
    (connection as Guarded)[GUARD] = this;
  }

  /** The handshake has succeeded; what it is sent and may send is bounded by the settings from now on. */
  admit(user: { userId: string; ip: string }): void {
    this.admitted = true;
    this.handshakeUnderWay = false;
    this.handshakes = 0;
    this.user = user;
    const { context, webSocket } = this;
    this.budget.admit(context.policy, context.now());
    webSocket?.budget.admit(context.policy, context.now());
  }

  /** The handshake has been refused, and the client is told so: it may try again. */
  refuse(): void {
    this.handshakeUnderWay = false;
    this.budget.replenish();
    this.webSocket?.budget.replenish();
  }

  /** Its socket has left the namespace; the connection has to be admitted again unless it is being closed. */
  leave(): void {
    if (this.connection.readyState !== 'open') return;
    this.admitted = false;
    this.waitingSince = this.context.now();
    this.budget.suspend();
    this.webSocket?.budget.suspend();
  }

  /** The transport is this WebSocket now. */
  upgraded(socket: GuardedWebSocket): void {
    socket.owner = this;
    if (this.admitted) socket.budget.admit(this.context.policy, this.context.now());
  }

  /** Largest body that a client that polls may send now. */
  get maxBodyBytes(): number {
    return this.admitted ? this.context.maxPayloadBytes : EARLY_BYTES;
  }

  /** A request of a client that polls. @returns whether it may be answered. */
  takeRequest(): boolean {
    return this.takePolled(1, 0);
  }

  /** A body with so many packets and attachments beside them, before they are decoded. @returns whether they may be. */
  takeBody(packets: number, bytes: number, attachments: number): boolean {
    return this.takePolled(packets, bytes, attachments);
  }

  /** A body was refused unread. Whether the connection goes on is for an admitted client to decide. */
  bodyTooLarge(): void {
    if (!this.admitted) this.end('EARLY');
  }

  /** @returns whether the packet may be handed on. If not, the connection has been ended. */
  takes({ type, data }: Packet): boolean {
    if (this.ended) return false;
    if (!this.admitted) return this.takesEarly(type, data);
    if (type === 'pong') this.probe?.answered();
    if (type !== 'message') return true;
    // A packet of the engine may also be empty; the parser of Socket.IO refuses that one.
    this.attachedBytes = data instanceof Uint8Array ? this.attachedBytes + data.length : 0;
    if (this.attachedBytes <= this.context.maxPayloadBytes) return true;
    this.end('FLOODING');
    return false;
  }

  /** An event was written that is to be confirmed, and was made at that time. @returns whether to send a ping behind it. */
  wroteToConfirm(madeAt: number): boolean {
    return (this.probe ??= new DeliveryProbe(this.connection)).wrote(madeAt);
  }

  budgetExceeded(): void {
    this.end(this.admitted ? 'FLOODING' : 'EARLY');
  }

  /** Handling what it sent threw: that costs this connection, not the process with everybody else's. */
  failed(error: unknown): void {
    this.end('FAILED', error);
  }

  get answersOversized(): boolean {
    return this.admitted && !this.ended && this.onOversized !== null;
  }

  oversized(head: string): boolean {
    return this.answersOversized && this.onOversized?.(head) === true;
  }

  wroteBehind(): void {
    this.context.unsentChanged(this);
  }

  /** Packets of these sizes follow in one turn of the event loop, in which no client can read any of them. */
  allowReplay(sizes: readonly number[]): void {
    for (const size of sizes) this.replayBytes += PACKET_BYTES + size;
  }

  /** A packet was put into the engine's queue and has stayed there. */
  queued(bytes: number): void {
    this.queuedBytes += PACKET_BYTES + bytes;
    this.context.unsentChanged(this);
  }

  /** The engine is about to answer a poll with all that is queued. */
  answering(response: ServerResponse): void {
    if (this.queuedBytes > 0) (this.answers ??= new Map<ServerResponse, number>()).set(response, this.queuedBytes);
  }

  /** The engine has handed its queue to the transport. */
  flushed(): void {
    if (this.connection.writeBuffer.length === 0) this.queuedBytes = 0;
    if (this.accountedBytes > 0 || this.unsentBytes > 0) this.context.unsentChanged(this);
  }

  /** The engine has closed the connection. What it has handed to TCP may still be unread. */
  closed(): void {
    this.queuedBytes = 0;
    this.flushed();
    const { webSocket } = this;
    if (!this.ended && webSocket?.isGone === false) endSoon(webSocket, () => this.replayBytes > 0);
    if (this.answerBytes > 0) setTimeout(() => this.dropAnswers(), LAST_ANSWERS_MS).unref();
  }

  /** Memory held by what the client has not read, in bytes. A buffer that several connections share counts for each. */
  get unsentBytes(): number {
    if (this.discarded) return 0;
    return this.queuedBytes + this.answerBytes + (this.webSocket?.unsentBytes ?? 0);
  }

  /** Whether nothing of it is left, the TCP connection of a WebSocket included. */
  get isGone(): boolean {
    return this.connection.readyState === 'closed' && this.answerBytes === 0 && (this.webSocket?.isGone ?? true);
  }

  /** Hears nothing more of a client that has been told why; the rest is cut off soon, whether it has been read or not. */
  silence(): void {
    this.ended = true;
    this.budget.end();
    this.webSocket?.stopReading();
  }

  /** Ends the connection at once, frees what has not been read, and says why where that has a chance to be heard. */
  end(code: CutOffCode, error?: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.budget.end();
    this.context.cutOff(this, code, error);
    const { webSocket } = this;
    if (webSocket && code === 'FLOODING' && webSocket.unsentBytes === 0) {
      webSocket.close(POLICY_VIOLATION, 'too many frames or bytes');
      webSocket.hangUp();
      this.connection.close(true);
    } else if (code === 'OVERLOADED' || code === 'NODE_OVERLOADED') {
      this.discarded = true;
      // Whoever writes to many connections right now must not see one of them leave its rooms meanwhile.
      process.nextTick(() => this.destroy());
    } else this.destroy();
  }

  /** Leaves nothing of the connection, whoever waits for it. To stock clients it looks like a broken line. */
  destroy(): void {
    const { connection, webSocket } = this;
    const { req, dataReq } = connection.transport;
    this.ended = this.discarded = true;
    webSocket?.budget.end();
    connection.close(true);
    webSocket?.terminate();
    for (const request of [req, dataReq]) request?.socket.destroy();
    this.dropAnswers();
  }

  private dropAnswers(): void {
    for (const [answer] of this.answers ?? []) if (!answer.writableFinished) answer.req.socket.destroy();
    this.context.unsentChanged(this);
  }

  private get webSocket(): GuardedWebSocket | null {
    const { socket } = this.connection.transport;
    return socket instanceof GuardedWebSocket ? socket : null;
  }

  private get answerBytes(): number {
    const { answers } = this;
    if (answers === null) return 0;
    let bytes = 0;
    for (const [answer, size] of answers) {
      if (answer.writableFinished || answer.req.socket.destroyed) answers.delete(answer);
      else bytes += size;
    }
    return bytes;
  }

  private takePolled(packets: number, bytes: number, attachments = 0): boolean {
    if (this.budget.take(packets, bytes, this.context.now, attachments)) return true;
    this.budgetExceeded();
    return false;
  }

  private takesEarly(type: string, data: unknown): boolean {
    // The engine asks clients whether they are there, also before they are admitted; a probe has asked before they left.
    if (type === 'pong' && (this.probe?.answered() === true || this.connection.pingTimeoutTimer)) return true;
    const allowed = type === 'message' && isConnect(data) && !this.handshakeUnderWay;
    if (allowed && this.handshakes < MAX_HANDSHAKES) {
      this.handshakes++;
      return (this.handshakeUnderWay = true);
    }
    this.end('EARLY');
    return false;
  }
}

/** Whether it is a packet of Socket.IO that asks to be let into the namespace `/`. */
function isConnect(data: unknown): boolean {
  if (typeof data !== 'string' || data.length > EARLY_BYTES) return false;
  return data === '0' || data.startsWith('0{') || data.startsWith('0/,');
}
