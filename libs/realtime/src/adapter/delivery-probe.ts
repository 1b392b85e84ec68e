/**
 * Finds out whether what a connection was written has reached its client. A client reads in order and answers each ping of
 * the engine: the answer to a ping proves what was written before it. At most one such ping is under way, and few are sent.
 * A broadcast comes here once per connection: a probe is made with the first event of its connection that is to be
 * confirmed, and nothing is allocated afterwards. Numbers are never null, so that they are changed in place.
 */
import type { EngineConnection } from './engine-connection';

/** Between two pings of one connection, in milliseconds. */
const PING_EVERY_MS = 250;

/** Which events of a connection that are to be confirmed have arrived, by when they were made, in milliseconds. */
export interface DeliveredRange {
  /** When the first event was made that the connection was written. */
  readonly from: number;
  /** All that was written and made before then has arrived. */
  readonly until: number;
}

export class DeliveryProbe {
  /** Connections that were pinged a moment ago, linked by `next`; one timer for all of them. */
  private static recent: DeliveryProbe | null = null;

  private next: DeliveryProbe | null = null;
  private wasPingedRecently = false;
  private isPinging = false;
  /** Answers to pings of the engine that come before the next one to ours. */
  private enginePongsFirst = 0;
  /** When the first event was made that was written at all. */
  private first = Infinity;
  /** When the oldest and the newest event were made of which it is not known whether they have arrived. */
  private oldest = Infinity;
  private newest = -Infinity;
  /** The same two, of those that were written after the ping that is under way. */
  private oldestAfterPing = Infinity;
  private newestAfterPing = -Infinity;
  /** When the newest was made that has arrived. */
  private arrived = -Infinity;
  /** Up to when `takeDelivered` has answered. */
  private taken = -Infinity;

  constructor(private readonly connection: Pick<EngineConnection, 'readyState' | 'pingTimeoutTimer' | 'sendPacket'>) {}

  /** What is not confirmed, and what was made after all that is, may not have arrived: it may not even have been written. */
  get delivered(): DeliveredRange {
    const unconfirmed = Math.min(this.oldest, this.oldestAfterPing);
    return { from: this.first, until: unconfirmed === Infinity ? this.arrived + 1 : unconfirmed };
  }

  /** What has arrived, where that is more than when this was last called; else null. */
  takeDelivered(): DeliveredRange | null {
    const { delivered } = this;
    if (delivered.until <= Math.max(this.taken, delivered.from)) return null;
    this.taken = delivered.until;
    return delivered;
  }

  /** An event was written that was made at that time. @returns whether to send a ping behind it. */
  wrote(madeAt: number): boolean {
    if (madeAt < this.first) this.first = madeAt;
    if (this.isPinging) {
      if (madeAt < this.oldestAfterPing) this.oldestAfterPing = madeAt;
      if (madeAt > this.newestAfterPing) this.newestAfterPing = madeAt;
      return false;
    }
    if (madeAt < this.oldest) this.oldest = madeAt;
    if (madeAt > this.newest) this.newest = madeAt;
    if (this.wasPingedRecently) return false;
    this.begin();
    return true;
  }

  /** The client has answered a ping. @returns whether an answer was due that the engine does not know of. */
  answered(): boolean {
    if (this.enginePongsFirst > 0) {
      this.enginePongsFirst--;
      return true;
    }
    if (!this.isPinging) return false;
    this.isPinging = false;
    if (this.newest > this.arrived) this.arrived = this.newest;
    this.oldest = this.oldestAfterPing;
    this.newest = this.newestAfterPing;
    this.oldestAfterPing = Infinity;
    this.newestAfterPing = -Infinity;
    if (!this.wasPingedRecently) this.pingWhatWaits();
    // The engine has pinged after this probe. It takes this answer for its own, and another one is still to come.
    if (this.connection.pingTimeoutTimer) this.enginePongsFirst = 1;
    return true;
  }

  private begin(): void {
    this.isPinging = this.wasPingedRecently = true;
    if (this.connection.pingTimeoutTimer) this.enginePongsFirst++;
    if (DeliveryProbe.recent === null) setTimeout(DeliveryProbe.releaseRecent, PING_EVERY_MS).unref();
    this.next = DeliveryProbe.recent;
    DeliveryProbe.recent = this;
  }

  private pingWhatWaits(): void {
    if (this.isPinging || this.oldest === Infinity || this.connection.readyState !== 'open') return;
    this.begin();
    this.connection.sendPacket('ping');
  }

  private static readonly releaseRecent = (): void => {
    let probe = DeliveryProbe.recent;
    DeliveryProbe.recent = null;
    while (probe) {
      const { next } = probe;
      probe.next = null;
      probe.wasPingedRecently = false;
      probe.pingWhatWaits();
      probe = next;
    }
  };
}
