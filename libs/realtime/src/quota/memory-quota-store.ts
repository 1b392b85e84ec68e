/** Quotas of one process: a bounded map of buckets. */
import type { BucketPolicy, QuotaOutcome, QuotaStore } from './quota-store';
import { TokenBucket } from './token-bucket';

const MAX_KEYS = 100_000;
/** More than one, so that full buckets go faster than new ones come. */
const LOOKED_AT_PER_NEW_KEY = 2;

export class MemoryQuotaStore implements QuotaStore {
  private readonly buckets = new Map<string, TokenBucket>();
  /** Walks round the map, a few steps with each new key; a Map's iterator stays valid while entries come and go. */
  private hand = this.buckets.entries();

  /** Past `maxKeys` the bucket that has not been touched for longest is forgotten, that is: filled. */
  constructor(
    private readonly now: () => number,
    private readonly maxKeys = MAX_KEYS,
  ) {}

  get size(): number {
    return this.buckets.size;
  }

  async take(key: string, policy: BucketPolicy, cost = 1): Promise<QuotaOutcome> {
    const now = this.now();
    let bucket = this.buckets.get(key);
    if (bucket) this.buckets.delete(key);
    else {
      this.makeRoom(now);
      bucket = new TokenBucket();
    }
    this.buckets.set(key, bucket);
    return bucket.take(policy, now, cost);
  }

  private makeRoom(now: number): void {
    for (let looks = 0; looks < LOOKED_AT_PER_NEW_KEY; looks++) {
      const { done, value } = this.hand.next();
      if (done) this.hand = this.buckets.entries();
      else if (value[1].full(now)) this.buckets.delete(value[0]);
    }
    if (this.buckets.size < this.maxKeys) return;
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
