/** Decides whether this node may sweep others' leases: only if it has renewed its own without a gap for a whole TTL. */
import type { LeaseTiming } from './lease-timing';

/** A renewal later than this many periods counts as a gap. */
const MAX_RENEWAL_PERIODS = 2;

export class LeaseStability {
  private stableSince = Number.POSITIVE_INFINITY;
  private lastRenewal = 0;

  constructor(
    private readonly timing: LeaseTiming,
    private readonly now: () => number,
  ) {}

  /** This node has opened a new lease. */
  onLeaseOpened(): void {
    this.stableSince = this.lastRenewal = this.now();
  }

  onLeaseRenewed(): void {
    const now = this.now();
    if (this.isRenewalLate(now)) this.stableSince = now;
    this.lastRenewal = now;
  }

  /**
   * After an outage of the store, or after this process was suspended, the leases of healthy nodes that are about to renew
   * may have ended. Without this check the first node to reconnect would sweep the others.
   */
  get isStable(): boolean {
    const now = this.now();
    return !this.isRenewalLate(now) && now - this.stableSince >= this.timing.ttlMs;
  }

  private isRenewalLate(now: number): boolean {
    return now - this.lastRenewal > MAX_RENEWAL_PERIODS * this.timing.renewMs;
  }
}
