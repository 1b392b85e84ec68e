/** How often one address may open or ask for something, on this node. */
import type { BucketPolicy } from '../quota/quota-store';
import { TokenBucket } from '../quota/token-bucket';

/** So many addresses are remembered before those that are at rest are forgotten. */
const MANY = 10_000;

export class AddressRate {
  private readonly buckets = new Map<string, TokenBucket>();
  private sweepAt = MANY;

  constructor(
    private readonly policy: BucketPolicy,
    private readonly now: () => number,
  ) {}

  /** `cost`: tokens, 1 to the burst. @returns whether this address may do it now. */
  take(key: string, cost = 1): boolean {
    const now = this.now();
    let bucket = this.buckets.get(key);
    if (!bucket) {
      if (this.buckets.size >= this.sweepAt) this.sweep(now);
      this.buckets.set(key, (bucket = new TokenBucket()));
    }
    return bucket.admits(this.policy, now, cost);
  }

  /** Whether this address may do it now; counts nothing. */
  admits(key: string): boolean {
    const bucket = this.buckets.get(key);
    return !bucket || bucket.take(this.policy, this.now(), 0).remaining > 0;
  }

  private sweep(now: number): void {
    for (const [key, bucket] of this.buckets) if (bucket.full(now)) this.buckets.delete(key);
    // Where most are busy, looking at all of them again for each newcomer would cost more than it frees.
    this.sweepAt = Math.max(MANY, this.buckets.size * 2);
  }
}
