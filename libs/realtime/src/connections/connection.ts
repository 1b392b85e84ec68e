/** One authenticated socket: its principal, its queued commands, its rate budget, and how it is written to and closed. */
import type { CloseCode, EventName, EventPayload, Principal } from '@aeturnis/contracts';
import { guardOf } from '../transport/limits/connection-guard';
import type { DeliveredRange } from '../transport/outbound/delivery-probe';
import { type PacketClient, probeRoundTrip, writePacket } from '../transport/outbound/engine-writer';
import type { PreparedEvent } from '../transport/outbound/prepared-event';
import { TokenBucket } from '../quota/token-bucket';
import type { RealtimeSocket } from '../base/socket-types';
import { decodeEvent } from '../transport/internals/socketio-internals';
import type { Caller } from './caller';

export interface CloseReason {
  code: CloseCode;
  message: string;
  /** Whether the client should reconnect; decides how the connection is closed. */
  reconnect: boolean;
  retryAfterMs?: number;
}

/** The part of session recovery that a connection needs for its outgoing events. */
interface OutgoingEvents {
  /** Whether the event carries one object, as clients require; other events are not sent. */
  checkEventShape(data: readonly unknown[]): boolean;
  /** Writes all events that are pending for a socket, including those still in the journal, before it is closed for good. */
  deliverPending(socketId: string): void;
}

interface SocketWriteInternals {
  readonly client: PacketClient;
  /** The listeners that receive every packet sent to the socket. */
  readonly _anyOutgoingListeners?: readonly unknown[];
  notifyOutgoingListeners(packet: { data: unknown[] }): void;
  packet(packet: { type: number; data: unknown[] }): void;
}

const EVENT = 2;
/** How long a closed client may take to read the reason, in milliseconds. */
const CLOSE_GRACE_MS = 500;

/** Shared by all connections that were not recovered; never modified. */
const NONE = new Set<string>();

export class Connection implements Caller {
  /** Commands that wait for the running one, in order of arrival. Each starts when called, and returns whether it is still running. */
  readonly queuedCommands: (() => boolean)[] = [];
  /** True while a command runs and until the connection is set up; commands are queued then. */
  isBusy = true;
  /** The number of commands refused by rate limits, and when the count began. */
  floodRefusals = 0;
  floodRefusalsSince = 0;
  /** The expiry of the token that `expiryNoticeAt` was computed for. */
  expiryNoticeTokenEnd = 0;
  /** When to warn the client that its token is about to expire; Infinity after the warning. */
  expiryNoticeAt = Infinity;
  readonly budget = new TokenBucket();
  /** True once `system:disconnected` has been sent, which may be during the setup. */
  isClosing = false;
  private isSettingUp = true;
  private endReason: string | undefined = undefined;
  /** By the monotonic clock, which is never adjusted. */
  private readonly openedAtMonotonic = performance.now();
  /** A copy of `socket.data.principal` for fast access by every command. */
  principal: Principal;
  /** Rooms of a recovered session that are not registered as memberships yet. */
  readonly unregisteredRooms: Set<string>;

  constructor(
    private readonly socket: RealtimeSocket,
    readonly openedAt: number,
    private readonly recovery: OutgoingEvents,
  ) {
    this.principal = socket.data.principal;
    this.unregisteredRooms = socket.recovered ? new Set(socket.rooms) : NONE;
  }

  get socketId(): string {
    return this.socket.id;
  }

  get ip(): string {
    return this.socket.data.ip;
  }

  /** The private id of the session, which the client presents to recover it; empty if it has declined recovery. */
  get pid(): string {
    return (this.socket as unknown as { pid?: string }).pid ?? '';
  }

  get recovered(): boolean {
    return this.socket.recovered;
  }

  get isOpen(): boolean {
    return this.socket.connected;
  }

  /** The setup has succeeded or failed. @returns the reason if the connection has ended during it. */
  finishSetUp(): string | undefined {
    this.isSettingUp = false;
    return this.endReason;
  }

  /** The socket is leaving. @returns whether the setup is done; else the connection is cleaned up when it is. */
  end(reason: string): boolean {
    this.endReason = reason;
    return !this.isSettingUp;
  }

  get rooms(): ReadonlySet<string> {
    return this.socket.rooms;
  }

  /** The number of its rooms, without the one that Socket.IO creates for each socket. */
  get roomCount(): number {
    const { rooms, socketId } = this;
    return rooms.size - (rooms.has(socketId) ? 1 : 0);
  }

  get transport(): string {
    return this.socket.conn.transport.name;
  }

  /** Memory that data takes which the client has not read yet, in bytes. */
  get unsentBytes(): number {
    return guardOf(this.socket.conn)?.unsentBytes ?? 0;
  }

  /** Applies a refreshed token, or a changed name or changed roles of the same user. */
  updatePrincipal(principal: Principal): void {
    this.principal = principal;
    this.socket.data.principal = principal;
  }

  reply<Name extends EventName>(event: Name, payload: EventPayload<Name>): void {
    const data = [event, payload];
    if (this.recovery.checkEventShape(data)) this.send(data);
  }

  /** Sends a reply with a journal offset, from which a client with a session can resume if it is disconnected afterwards. */
  replyWithOffset<Name extends EventName>(offset: string | undefined, event: Name, payload: EventPayload<Name>): void {
    this.send(offset === undefined || this.pid === '' ? [event, payload] : [event, payload, offset]);
  }

  /** Joins rooms at once. The returned promise resolves when the membership is stored and would survive this node. */
  join(room: string | string[]): Promise<void> | void {
    return this.socket.join(room);
  }

  leave(room: string): void {
    void this.socket.leave(room);
  }

  /**
   * Sends the reason, then closes. Stock clients do not reconnect after a disconnect by the server but do after a transport
   * close, so `reconnect` selects between the two. Everything written before is sent first.
   */
  close(reason: CloseReason): void {
    // A connection that is closing for a reconnect can still be closed for good.
    if (!this.isOpen || (this.isClosing && reason.reconnect)) return;
    this.isClosing = true;
    if (!reason.reconnect) this.recovery.deliverPending(this.socketId);
    this.reply('system:disconnected', { ...reason });
    if (reason.reconnect) this.socket.conn.close();
    else this.socket.disconnect(true);
  }

  /** The time since the connection was opened, in milliseconds. */
  get ageMs(): number {
    return performance.now() - this.openedAtMonotonic;
  }

  /** The confirmable events that have arrived; null if none was written. */
  get delivered(): DeliveredRange | null {
    return guardOf(this.socket.conn)?.deliveryProbe?.delivered ?? null;
  }

  /** The delivered range if it has grown since the last call; else null. */
  takeDelivered(): DeliveredRange | null {
    return guardOf(this.socket.conn)?.deliveryProbe?.takeDelivered() ?? null;
  }

  measureRoundTrip(): number | null {
    const { client } = this.socket as unknown as SocketWriteInternals;
    probeRoundTrip(client);
    const measured = guardOf(this.socket.conn)?.deliveryProbe?.roundTripMs ?? -1;
    return measured < 0 ? null : Math.round(measured);
  }

  /** Drops further input of a closed client, and destroys the connection after the client had time to read the reason. */
  stopReadingAndDestroy(): void {
    const guard = guardOf(this.socket.conn);
    guard?.stopReading();
    setTimeout(() => guard?.destroy(), CLOSE_GRACE_MS).unref();
  }

  sendPrepared({ packet }: PreparedEvent): boolean {
    const socket = this.socket as unknown as SocketWriteInternals;
    if (!this.isOpen) return true;
    if (socket._anyOutgoingListeners?.length) socket.notifyOutgoingListeners({ data: decodeEvent(packet.parts) });
    return writePacket(socket.client, packet);
  }

  // Writes like `emit` without recovery does. With recovery, `emit` would broadcast to this one socket through the adapter.
  private send(data: unknown[]): void {
    const socket = this.socket as unknown as SocketWriteInternals;
    const packet = { type: EVENT, data };
    socket.notifyOutgoingListeners(packet);
    socket.packet(packet);
  }
}
