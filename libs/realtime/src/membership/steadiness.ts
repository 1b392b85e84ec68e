/** Tells whether a node may judge others: only if it has renewed its own lease without a gap for a whole TTL. */
import type { LeaseTiming } from './lease-timing';

/** Renewals that late make a gap. */
const LATE = 2;

export class Steadiness {
  private since = Number.POSITIVE_INFINITY;
  private last = 0;

  constructor(
    private readonly timing: LeaseTiming,
    private readonly now: () => number,
  ) {}

  /** A lease of our own has begun. */
  begin(): void {
    this.since = this.last = this.now();
  }

  renewed(): void {
    const now = this.now();
    if (this.late(now)) this.since = now;
    this.last = now;
  }

  /**
   * After an outage, or while this node stood still, leases may have ended of nodes that are well and about to renew:
   * the first one back would sweep the others.
   */
  get steady(): boolean {
    const now = this.now();
    return !this.late(now) && now - this.since >= this.timing.ttlMs;
  }

  private late(now: number): boolean {
    return now - this.last > LATE * this.timing.renewMs;
  }
}
