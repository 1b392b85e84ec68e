/** Token buckets by client address, on this node: for connects, requests and handshakes. */
import type { BucketPolicy } from '../../quota/quota-store';
import { TokenBucket } from '../../quota/token-bucket';

/** The number of addresses from which full buckets, which hold no information, are deleted. */
const SWEEP_THRESHOLD = 10_000;

export class AddressRateLimiter {
  private readonly buckets = new Map<string, TokenBucket>();
  private sweepAt = SWEEP_THRESHOLD;

  constructor(
    private readonly policy: BucketPolicy,
    private readonly now: () => number,
  ) {}

  /** Takes `cost` tokens, from 1 to the burst. @returns whether the address had enough. */
  take(key: string, cost = 1): boolean {
    const now = this.now();
    let bucket = this.buckets.get(key);
    if (!bucket) {
      if (this.buckets.size >= this.sweepAt) this.sweep(now);
      this.buckets.set(key, (bucket = new TokenBucket()));
    }
    return bucket.tryTake(this.policy, now, cost);
  }

  /** Whether the address has a token left; takes none. */
  hasTokens(key: string): boolean {
    const bucket = this.buckets.get(key);
    return !bucket || bucket.take(this.policy, this.now(), 0).remaining > 0;
  }

  private sweep(now: number): void {
    for (const [key, bucket] of this.buckets) if (bucket.isFull(now)) this.buckets.delete(key);
    // If most buckets are in use, sweeping all of them for each new address would cost more than it frees.
    this.sweepAt = Math.max(SWEEP_THRESHOLD, this.buckets.size * 2);
  }
}
