/** Enforces the limits of one engine connection: its packets before admission, its frames and bytes, and its unread bytes. */
import type { ServerResponse } from 'node:http';
import { DeliveryProbe } from '../outbound/delivery-probe';
import type { EngineConnection, EnginePacket } from '../internals/engine-connection';
import { GuardedWebSocket, POLICY_VIOLATION, type WebSocketOwner } from '../inbound/guarded-websocket';
import { terminateAfterGrace } from '../outbound/closing-grace';
import { MAX_EARLY_BYTES, InboundBudget, type InboundPolicy } from '../inbound/inbound-budget';

/**
 * Why a connection was ended at once. EARLY: it sent anything but one CONNECT before admission. CONNECT_TIMEOUT: it was not
 * admitted in time. FLOODING: it sent more frames or bytes than its budget. OVERLOADED: it left more bytes unread than one
 * connection may. NODE_OVERLOADED: the node exceeded its limit of unread bytes, and this connection had one of the largest
 * shares. FAILED: handling a packet of the client threw an error.
 */
export type CutOffCode = 'EARLY' | 'CONNECT_TIMEOUT' | 'FLOODING' | 'OVERLOADED' | 'NODE_OVERLOADED' | 'FAILED';

/** The settings and callbacks that all guards of a node share. */
export interface GuardContext {
  readonly policy: InboundPolicy;
  readonly maxPayloadBytes: number;
  readonly now: () => number;
  /** The unsent bytes of a connection have changed. */
  onUnsentChanged(guard: ConnectionGuard): void;
  /** A connection is about to be cut off. */
  onCutOff(guard: ConnectionGuard, code: CutOffCode, error?: unknown): void;
}

/** After a refusal a client may try another token over the same connection. Failures are also counted by address. */
const MAX_HANDSHAKES = 8;
/** Memory of a packet besides its data: the object, its options and its place in the queue. */
const PACKET_OVERHEAD_BYTES = 256;
/** How long a polling client may read its last responses after its connection has ended. */
const LAST_RESPONSES_MS = 5_000;

const GUARD = Symbol('guard');
type GuardedConnection = object & { [GUARD]?: ConnectionGuard };

export const guardOf = (connection: object): ConnectionGuard | undefined => (connection as GuardedConnection)[GUARD];

export class ConnectionGuard implements WebSocketOwner {
  /** Whether a socket of this connection has passed the handshake and has not left the namespace since. */
  isAdmitted = false;
  /** When the connection was opened, or when its socket left the namespace. */
  unadmittedSince: number;
  /** Whether the connection has ended; packets that still arrive are dropped. */
  hasEnded = false;
  /** The authenticated user, for the log; null before the first admission. */
  user: { readonly userId: string; readonly ip: string } | null = null;
  /** The budget of the polling transport; a connection opened as a WebSocket uses the budget of that WebSocket. */
  readonly budget: InboundBudget;
  /** Reports to the client which command was too large, by the head of the message; false if the message is no command. */
  oversizedHandler: ((head: string) => boolean) | null = null;
  /** The unsent bytes of this connection that the node's total includes. */
  accountedBytes = 0;
  /** Bytes of replayed events that may be unread on top of the usual limit, until the client has caught up. */
  replayAllowanceBytes = 0;
  /** Bytes in the write buffer of the engine. */
  private queuedBytes = 0;
  /** Poll responses that the client has not read, with their bytes. */
  private pollResponses: Map<ServerResponse, number> | null = null;
  /** Whether the unread bytes are being freed; they count as 0 from then on. */
  private isDiscarded = false;
  private handshakeCount = 0;
  private isHandshakePending = false;
  /** Bytes of binary attachments whose packet is not complete yet. */
  private pendingAttachmentBytes = 0;
  /** Confirms the delivery of written events by pings, and measures the round trip; null until `requireProbe`. */
  deliveryProbe: DeliveryProbe | null = null;

  constructor(
    readonly connection: EngineConnection,
    private readonly context: GuardContext,
  ) {
    this.unadmittedSince = context.now();
    this.budget = this.webSocket?.budget ?? new InboundBudget();
    (connection as GuardedConnection)[GUARD] = this;
  }

  /** The handshake succeeded: from now on the configured limits apply instead of those before admission. */
  onAdmitted(user: { userId: string; ip: string }): void {
    this.isAdmitted = true;
    this.isHandshakePending = false;
    this.handshakeCount = 0;
    this.user = user;
    const { context, webSocket } = this;
    this.budget.admit(context.policy, context.now());
    webSocket?.budget.admit(context.policy, context.now());
  }

  /** The handshake was refused with an error packet: the client may try again. */
  onHandshakeRefused(): void {
    this.isHandshakePending = false;
    this.budget.resetForHandshake();
    this.webSocket?.budget.resetForHandshake();
  }

  /** The socket left the namespace: unless the connection is being closed, it has to be admitted again. */
  onNamespaceLeft(): void {
    if (this.connection.readyState !== 'open') return;
    this.isAdmitted = false;
    this.unadmittedSince = this.context.now();
    this.budget.suspend();
    this.webSocket?.budget.suspend();
  }

  /** The connection was upgraded from polling to this WebSocket. */
  onUpgraded(socket: GuardedWebSocket): void {
    socket.owner = this;
    if (this.isAdmitted) socket.budget.admit(this.context.policy, this.context.now());
  }

  /** The largest body that a polling client may send now, in bytes. */
  get maxBodyBytes(): number {
    return this.isAdmitted ? this.context.maxPayloadBytes : MAX_EARLY_BYTES;
  }

  /** Counts a request of a polling client. @returns whether it may be answered. */
  takeRequest(): boolean {
    return this.takeFromBudget(1, 0);
  }

  /** Counts the packets and attachments of a body before they are decoded. @returns whether they may be decoded. */
  takeBody(packets: number, bytes: number, attachments: number): boolean {
    return this.takeFromBudget(packets, bytes, attachments);
  }

  /** A body was refused unread. This ends the connection only before admission. */
  onBodyTooLarge(): void {
    if (!this.isAdmitted) this.end('EARLY');
  }

  /** @returns whether the engine may handle the packet; false once the connection has ended. */
  acceptPacket({ type, data }: EnginePacket): boolean {
    if (this.hasEnded) return false;
    if (!this.isAdmitted) return this.acceptEarlyPacket(type, data);
    if (type === 'pong') this.deliveryProbe?.onPong();
    if (type !== 'message') return true;
    // An engine packet may also be empty; the parser of Socket.IO refuses it.
    this.pendingAttachmentBytes = data instanceof Uint8Array ? this.pendingAttachmentBytes + data.length : 0;
    if (this.pendingAttachmentBytes <= this.context.maxPayloadBytes) return true;
    this.end('FLOODING');
    return false;
  }

  requireProbe(): DeliveryProbe {
    return (this.deliveryProbe ??= new DeliveryProbe(this.connection));
  }

  onBudgetExceeded(): void {
    this.end(this.isAdmitted ? 'FLOODING' : 'EARLY');
  }

  /** Handling a packet of the client threw. Only this connection ends; the process and its other connections go on. */
  endAfterError(error: unknown): void {
    this.end('FAILED', error);
  }

  get canAnswerOversized(): boolean {
    return this.isAdmitted && !this.hasEnded && this.oversizedHandler !== null;
  }

  onOversizedMessage(head: string): boolean {
    return this.canAnswerOversized && this.oversizedHandler?.(head) === true;
  }

  onBacklog(): void {
    this.context.onUnsentChanged(this);
  }

  /** Raises the limit for a replay: its packets are all written in one event-loop iteration, before the client can read any. */
  allowReplay(sizes: readonly number[]): void {
    for (const size of sizes) this.replayAllowanceBytes += PACKET_OVERHEAD_BYTES + size;
  }

  /** A packet was written to the engine and remained in its write buffer. */
  onQueued(bytes: number): void {
    this.queuedBytes += PACKET_OVERHEAD_BYTES + bytes;
    this.context.onUnsentChanged(this);
  }

  /** The engine is about to answer a poll with all queued packets. */
  onPollAnswering(response: ServerResponse): void {
    if (this.queuedBytes > 0)
      (this.pollResponses ??= new Map<ServerResponse, number>()).set(response, this.queuedBytes);
  }

  /** The engine has handed its write buffer to the transport. */
  onFlushed(): void {
    if (this.connection.writeBuffer.length === 0) this.queuedBytes = 0;
    if (this.accountedBytes > 0 || this.unsentBytes > 0) this.context.onUnsentChanged(this);
  }

  /** The engine has closed the connection. Bytes that it has handed to TCP may still be unread. */
  onClosed(): void {
    this.queuedBytes = 0;
    this.onFlushed();
    const { webSocket } = this;
    if (!this.hasEnded && webSocket?.isClosed === false)
      terminateAfterGrace(webSocket, () => this.replayAllowanceBytes > 0);
    if (this.pollResponseBytes > 0) setTimeout(() => this.destroyPollResponses(), LAST_RESPONSES_MS).unref();
  }

  /** Memory that the client's unread data takes, in bytes. A buffer that several connections share counts for each. */
  get unsentBytes(): number {
    if (this.isDiscarded) return 0;
    return this.queuedBytes + this.pollResponseBytes + (this.webSocket?.unsentBytes ?? 0);
  }

  /** Whether the engine connection, its poll responses and the TCP connection of its WebSocket are all closed. */
  get isFullyClosed(): boolean {
    return (
      this.connection.readyState === 'closed' && this.pollResponseBytes === 0 && (this.webSocket?.isClosed ?? true)
    );
  }

  /** Drops everything the client sends from now on. The caller has sent the reason and destroys the connection soon after. */
  stopReading(): void {
    this.hasEnded = true;
    this.budget.end();
    this.webSocket?.stopReading();
  }

  /** Ends the connection at once and frees its unread data. A flooding client with nothing unread gets a close frame first. */
  end(code: CutOffCode, error?: unknown): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.budget.end();
    this.context.onCutOff(this, code, error);
    const { webSocket } = this;
    if (webSocket && code === 'FLOODING' && webSocket.unsentBytes === 0) {
      webSocket.close(POLICY_VIOLATION, 'too many frames or bytes');
      webSocket.hangUp();
      this.connection.close(true);
    } else if (code === 'OVERLOADED' || code === 'NODE_OVERLOADED') {
      this.isDiscarded = true;
      // Deferred: the connection must not leave its rooms while a broadcast iterates over their members.
      process.nextTick(() => this.destroy());
    } else this.destroy();
  }

  /** Destroys the connection with everything unread. Stock clients see a transport failure and reconnect. */
  destroy(): void {
    const { connection, webSocket } = this;
    const { req, dataReq } = connection.transport;
    this.hasEnded = this.isDiscarded = true;
    webSocket?.budget.end();
    connection.close(true);
    webSocket?.terminate();
    for (const request of [req, dataReq]) request?.socket.destroy();
    this.destroyPollResponses();
  }

  private destroyPollResponses(): void {
    for (const [response] of this.pollResponses ?? []) if (!response.writableFinished) response.req.socket.destroy();
    this.context.onUnsentChanged(this);
  }

  private get webSocket(): GuardedWebSocket | null {
    const { socket } = this.connection.transport;
    return socket instanceof GuardedWebSocket ? socket : null;
  }

  private get pollResponseBytes(): number {
    const { pollResponses } = this;
    if (pollResponses === null) return 0;
    let bytes = 0;
    for (const [response, size] of pollResponses) {
      if (response.writableFinished || response.req.socket.destroyed) pollResponses.delete(response);
      else bytes += size;
    }
    return bytes;
  }

  private takeFromBudget(packets: number, bytes: number, attachments = 0): boolean {
    if (this.budget.take(packets, bytes, this.context.now, attachments)) return true;
    this.onBudgetExceeded();
    return false;
  }

  private acceptEarlyPacket(type: string, data: unknown): boolean {
    // A pong is allowed after a ping: the engine pings before admission too, and a probe may have pinged before the socket left.
    if (type === 'pong' && (this.deliveryProbe?.onPong() === true || this.connection.pingTimeoutTimer)) return true;
    const allowed = type === 'message' && isConnectPacket(data) && !this.isHandshakePending;
    if (allowed && this.handshakeCount < MAX_HANDSHAKES) {
      this.handshakeCount++;
      return (this.isHandshakePending = true);
    }
    this.end('EARLY');
    return false;
  }
}

/** Whether the data is a Socket.IO CONNECT packet for the namespace `/`. */
function isConnectPacket(data: unknown): boolean {
  if (typeof data !== 'string' || data.length > MAX_EARLY_BYTES) return false;
  return data === '0' || data.startsWith('0{') || data.startsWith('0/,');
}
