/** One authenticated socket: who it is, its waiting commands, its budget, and how it is closed. */
import type { CloseCode, EventName, EventPayload, Principal } from '@aeturnis/contracts';
import { guardOf } from '../adapter/connection-guard';
import type { DeliveredRange } from '../adapter/delivery-probe';
import { type PacketClient, write } from '../adapter/engine-writer';
import type { PreparedEvent } from '../adapter/prepared-event';
import type { CommandJob } from '../commands/command-job';
import { TokenBucket } from '../quota/token-bucket';
import type { RealtimeSocket } from '../socket-types';
import { decodeEvent } from '../recovery/socket-internals';
import type { Caller } from './caller';

export interface CloseReason {
  code: CloseCode;
  message: string;
  /** Whether the client is welcome back; decides in which way the connection ends. */
  reconnect: boolean;
  retryAfterMs?: number;
}

/** What recovery says about what a connection sends. */
interface OutgoingEvents {
  /** Whether an event may be sent as it is. */
  admits(data: readonly unknown[]): boolean;
  /** Writes what a socket is due and what is still on its way, because it is about to be closed for good. */
  hurry(socketId: string): void;
}

interface SocketInsides {
  readonly client: PacketClient;
  /** Who hears of every packet that the socket is sent. */
  readonly _anyOutgoingListeners?: readonly unknown[];
  notifyOutgoingListeners(packet: { data: unknown[] }): void;
  packet(packet: { type: number; data: unknown[] }): void;
}

const EVENT = 2;
/** How long such a client may take to read that, in milliseconds. */
const GOODBYE_MS = 500;

/** Of connections that were not recovered; nothing is ever added to it. */
const NONE = new Set<string>();

export class Connection implements Caller {
  /** Commands in the order they came; the first one is not in here while it runs. */
  readonly waiting: CommandJob<Connection>[] = [];
  /** True while a command runs, and before the connection is set up: then commands wait. */
  busy = true;
  /** Until the beginning of the connection is over, well or not. */
  settingUp = true;
  /** Why it ended, where it ended before that. */
  endedEarly: string | undefined = undefined;
  /** Refusals for flooding, and when the count began. */
  breaches = 0;
  breachesSince = 0;
  /** The end of the token for which `expiryNoticeAt` holds. */
  expiryNoticeFor = 0;
  /** When the client is warned that its token is about to expire; Infinity once it has been. */
  expiryNoticeAt = Infinity;
  readonly budget = new TokenBucket();
  /** True once its client has been told that it is closed. */
  isClosing = false;
  /** By a clock that is never set. */
  private readonly begunAt = performance.now();
  /** Kept here too, where every command finds it. */
  principal: Principal;
  /** Rooms that came with a recovered session and are not among the memberships yet. */
  readonly unregistered: Set<string>;

  constructor(
    private readonly socket: RealtimeSocket,
    readonly openedAt: number,
    private readonly recovery: OutgoingEvents,
  ) {
    this.principal = socket.data.principal;
    this.unregistered = socket.recovered ? new Set(socket.rooms) : NONE;
  }

  get socketId(): string {
    return this.socket.id;
  }

  get ip(): string {
    return this.socket.data.ip;
  }

  /** Private name of the session that this connection can be recovered by. */
  get pid(): string {
    return (this.socket as unknown as { pid?: string }).pid ?? '';
  }

  get recovered(): boolean {
    return this.socket.recovered;
  }

  get open(): boolean {
    return this.socket.connected;
  }

  get rooms(): ReadonlySet<string> {
    return this.socket.rooms;
  }

  get transport(): string {
    return this.socket.conn.transport.name;
  }

  /** A fresh token or changed roles of the same user. */
  become(principal: Principal): void {
    this.principal = principal;
    this.socket.data.principal = principal;
  }

  reply<Name extends EventName>(event: Name, payload: EventPayload<Name>): void {
    const data = [event, payload];
    if (this.recovery.admits(data)) this.send(data);
  }

  /** A reply after which a client that is cut off can come back to this place of the journal. */
  replyFrom<Name extends EventName>(offset: string | undefined, event: Name, payload: EventPayload<Name>): void {
    this.send(offset === undefined ? [event, payload] : [event, payload, offset]);
  }

  /** Settles when the membership would survive this node. */
  join(room: string | string[]): Promise<void> | void {
    return this.socket.join(room);
  }

  leave(room: string): void {
    void this.socket.leave(room);
  }

  /**
   * Tells why, then closes. Stock clients stay away after a disconnection by the server and come back after one of the
   * transport, so `reconnect` chooses between the two. What was written before is sent first.
   */
  close(reason: CloseReason): void {
    // Closed for good, it may be while it is being closed for a while.
    if (!this.open || (this.isClosing && reason.reconnect)) return;
    this.isClosing = true;
    // What it is due is written before it is closed for good.
    if (!reason.reconnect) this.recovery.hurry(this.socketId);
    this.reply('system:disconnected', { ...reason });
    if (reason.reconnect) this.socket.conn.close();
    else this.socket.disconnect(true);
  }

  /** For how long it has been open, in milliseconds. */
  get ageMs(): number {
    return performance.now() - this.begunAt;
  }

  /** Which of the events that are to be confirmed have arrived; null where it was written none. */
  get delivered(): DeliveredRange | null {
    return guardOf(this.socket.conn)?.probe?.delivered ?? null;
  }

  /** The same, where more have arrived than when this was last called; else null. */
  takeDelivered(): DeliveredRange | null {
    return guardOf(this.socket.conn)?.probe?.takeDelivered() ?? null;
  }

  /** Hears nothing more of a client that has been told why it was closed, and cuts it off in a moment. */
  silence(): void {
    const guard = guardOf(this.socket.conn);
    guard?.silence();
    setTimeout(() => guard?.destroy(), GOODBYE_MS).unref();
  }

  give({ packet }: PreparedEvent): boolean {
    const socket = this.socket as unknown as SocketInsides;
    if (!this.open) return true;
    if (socket._anyOutgoingListeners?.length) socket.notifyOutgoingListeners({ data: decodeEvent(packet.parts) });
    return write(socket.client, packet);
  }

  // What Socket.IO itself does without recovery: `emit` would look for the one socket by way of the adapter.
  private send(data: unknown[]): void {
    const socket = this.socket as unknown as SocketInsides;
    const packet = { type: EVENT, data };
    socket.notifyOutgoingListeners(packet);
    socket.packet(packet);
  }
}
