/**
 * Confirms the delivery of events by pings, and measures the round trip. A client reads in order and answers each ping of the
 * engine, so a pong proves that everything written before its ping has arrived. At most one probe is in flight per connection,
 * and probes are infrequent.
 * Every broadcast calls `recordWrite` once per connection, so it allocates nothing; the numbers are never null for that reason.
 */
import type { EngineConnection } from '../internals/engine-connection';

/** The minimum time between two probes of one connection, in milliseconds. */
const PING_EVERY_MS = 250;

/** The confirmable events that have arrived, as a range of their creation times in milliseconds. */
export interface DeliveredRange {
  /** The earliest creation time of an event written to the connection. */
  readonly from: number;
  /** Exclusive: every written event that was created before this time has arrived. */
  readonly until: number;
}

export class DeliveryProbe {
  /** The probes that sent a ping within `PING_EVERY_MS`, linked by `next`; one timer serves all of them. */
  private static recentlyPinged: DeliveryProbe | null = null;

  private next: DeliveryProbe | null = null;
  private wasPingedRecently = false;
  private isPinging = false;
  /** Expected pongs to pings of the engine that precede the pong to this probe. */
  private enginePongsFirst = 0;
  /** The earliest creation time of all written events. */
  private firstWritten = Infinity;
  /** The creation times of the oldest and the newest event whose delivery is not confirmed. */
  private oldestUnconfirmed = Infinity;
  private newestUnconfirmed = -Infinity;
  /** The same two for the events written after the ping in flight. */
  private oldestAfterPing = Infinity;
  private newestAfterPing = -Infinity;
  /** The creation time of the newest delivered event. */
  private newestDelivered = -Infinity;
  /** The end of the range that `takeDelivered` returned last. */
  private reportedUntil = -Infinity;
  /** By the monotonic clock. */
  private pingedAt = 0;
  /** From the last answered probe to its pong, in milliseconds; -1 before the first pong. */
  roundTripMs = -1;

  constructor(private readonly connection: Pick<EngineConnection, 'readyState' | 'pingTimeoutTimer' | 'sendPacket'>) {}

  /** Null before the first event. The range ends before the oldest unconfirmed event; if there is none, after the newest delivered one. */
  get delivered(): DeliveredRange | null {
    if (this.firstWritten === Infinity) return null;
    const unconfirmed = Math.min(this.oldestUnconfirmed, this.oldestAfterPing);
    return { from: this.firstWritten, until: unconfirmed === Infinity ? this.newestDelivered + 1 : unconfirmed };
  }

  /** The delivered range if it has grown since the last call; else null. */
  takeDelivered(): DeliveredRange | null {
    const { delivered } = this;
    if (!delivered || delivered.until <= Math.max(this.reportedUntil, delivered.from)) return null;
    this.reportedUntil = delivered.until;
    return delivered;
  }

  /** Records a written event by its creation time. @returns whether the caller has to send a ping after it. */
  recordWrite(createdAt: number): boolean {
    if (createdAt < this.firstWritten) this.firstWritten = createdAt;
    if (this.isPinging) {
      if (createdAt < this.oldestAfterPing) this.oldestAfterPing = createdAt;
      if (createdAt > this.newestAfterPing) this.newestAfterPing = createdAt;
      return false;
    }
    if (createdAt < this.oldestUnconfirmed) this.oldestUnconfirmed = createdAt;
    if (createdAt > this.newestUnconfirmed) this.newestUnconfirmed = createdAt;
    if (this.wasPingedRecently) return false;
    this.startPing();
    return true;
  }

  /** Starts a measurement of the round trip, unless a probe was sent lately. @returns whether the caller has to send a ping. */
  startMeasurement(): boolean {
    if (this.isPinging || this.wasPingedRecently) return false;
    this.startPing();
    return true;
  }

  /** The client has sent a pong. @returns whether this probe expected one, which the engine alone would not. */
  onPong(): boolean {
    if (this.enginePongsFirst > 0) {
      this.enginePongsFirst--;
      return true;
    }
    if (!this.isPinging) return false;
    this.isPinging = false;
    this.roundTripMs = performance.now() - this.pingedAt;
    if (this.newestUnconfirmed > this.newestDelivered) this.newestDelivered = this.newestUnconfirmed;
    this.oldestUnconfirmed = this.oldestAfterPing;
    this.newestUnconfirmed = this.newestAfterPing;
    this.oldestAfterPing = Infinity;
    this.newestAfterPing = -Infinity;
    if (!this.wasPingedRecently) this.pingIfUnconfirmed();
    // The engine has pinged after this probe. It takes this pong for its own, so one more pong will follow.
    if (this.connection.pingTimeoutTimer) this.enginePongsFirst = 1;
    return true;
  }

  private startPing(): void {
    this.isPinging = this.wasPingedRecently = true;
    this.pingedAt = performance.now();
    if (this.connection.pingTimeoutTimer) this.enginePongsFirst++;
    if (DeliveryProbe.recentlyPinged === null) setTimeout(DeliveryProbe.releaseRecent, PING_EVERY_MS).unref();
    this.next = DeliveryProbe.recentlyPinged;
    DeliveryProbe.recentlyPinged = this;
  }

  private pingIfUnconfirmed(): void {
    if (this.isPinging || this.oldestUnconfirmed === Infinity || this.connection.readyState !== 'open') return;
    this.startPing();
    this.connection.sendPacket('ping');
  }

  private static readonly releaseRecent = (): void => {
    let probe = DeliveryProbe.recentlyPinged;
    DeliveryProbe.recentlyPinged = null;
    while (probe) {
      const { next } = probe;
      probe.next = null;
      probe.wasPingedRecently = false;
      probe.pingIfUnconfirmed();
      probe = next;
    }
  };
}
