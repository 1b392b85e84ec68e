/**
 * Finds out whether what a connection was written has reached its client. A client reads in order and answers each ping of
 * the engine: the answer to a ping proves what was written before it. At most one such ping is under way, and few are sent.
 */
import type { EngineConnection } from './engine-connection';

/** Between two pings of one connection, in milliseconds. */
const PING_EVERY_MS = 250;

/** Connections that were written something within that time; pinged together, by one timer for all. */
let waiting = new Set<DeliveryProbe>();

function pingWaiting(): void {
  const due = waiting;
  waiting = new Set();
  for (const probe of due) probe.pingNow();
}

/** Of a connection that has ended: which of the events that are to be confirmed have arrived, by when they were made. */
export interface DeliveryState {
  /** Those that were made before then have; null where nothing is known. */
  readonly confirmedUntil: number | null;
  /** For how long the connection has been open, in milliseconds. */
  readonly openMs: number;
}

export class DeliveryProbe {
  private readonly openedAt = performance.now();
  /** When the oldest event was made of which it is not known whether it has arrived. */
  private oldest: number | null = null;
  /** When the newest was made that was written. */
  private newest = -Infinity;
  /** The same two, of those that were written after the ping that is under way. */
  private oldestAfterPing: number | null = null;
  private newestAfterPing = -Infinity;
  /** When the newest was made that has arrived. */
  private arrived: number | null = null;
  private isPinging = false;
  private pingedAt = -Infinity;
  /** Answers to pings of the engine that come before the one to ours. */
  private othersFirst = 0;

  constructor(private readonly connection: EngineConnection) {}

  /** What is not confirmed, and what was made after all that is, may not have arrived: it may not even have been written. */
  get state(): DeliveryState {
    const arrived = this.arrived === null ? null : this.arrived + 1;
    return { confirmedUntil: this.oldest ?? arrived, openMs: performance.now() - this.openedAt };
  }

  /** An event was written that was made at that time. @returns whether to send a ping behind it. */
  wrote(madeAt: number): boolean {
    this.oldest = Math.min(this.oldest ?? madeAt, madeAt);
    if (this.isPinging) {
      this.oldestAfterPing = Math.min(this.oldestAfterPing ?? madeAt, madeAt);
      this.newestAfterPing = Math.max(this.newestAfterPing, madeAt);
      return false;
    }
    this.newest = Math.max(this.newest, madeAt);
    const now = performance.now();
    if (now - this.pingedAt >= PING_EVERY_MS) return this.begin(now);
    this.wait();
    return false;
  }

  /** The client has answered a ping. */
  answered(): void {
    if (!this.isPinging) return;
    if (this.othersFirst > 0) {
      this.othersFirst--;
      return;
    }
    this.isPinging = false;
    this.arrived = Math.max(this.arrived ?? -Infinity, this.newest);
    this.oldest = this.oldestAfterPing;
    this.newest = this.newestAfterPing;
    this.oldestAfterPing = null;
    this.newestAfterPing = -Infinity;
    if (this.oldest !== null) this.wait();
  }

  pingNow(): void {
    if (this.isPinging || this.oldest === null || this.connection.readyState !== 'open') return;
    this.begin(performance.now());
    this.connection.sendPacket('ping');
  }

  private begin(now: number): true {
    this.othersFirst = this.connection.pingTimeoutTimer ? 1 : 0;
    this.pingedAt = now;
    return (this.isPinging = true);
  }

  private wait(): void {
    if (waiting.size === 0) setTimeout(pingWaiting, PING_EVERY_MS).unref();
    waiting.add(this);
  }
}
