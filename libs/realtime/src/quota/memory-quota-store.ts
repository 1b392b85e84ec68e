/** The quota store of a single process: a bounded map of token buckets. */
import type { BucketPolicy, QuotaOutcome, QuotaStore } from './quota-store';
import { TokenBucket } from './token-bucket';

const MAX_KEYS = 100_000;
/** More than one, so that full buckets are removed faster than new ones are added. */
const CHECKS_PER_NEW_KEY = 2;

export class MemoryQuotaStore implements QuotaStore {
  private readonly buckets = new Map<string, TokenBucket>();
  /** Cycles through the map, a few steps with each new key; a Map's iterator stays valid while entries change. */
  private sweepCursor = this.buckets.entries();

  /** Above `maxKeys` the least recently used bucket is evicted, which has the effect of refilling it. */
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
      this.evict(now);
      bucket = new TokenBucket();
    }
    this.buckets.set(key, bucket);
    return bucket.take(policy, now, cost);
  }

  private evict(now: number): void {
    for (let checks = 0; checks < CHECKS_PER_NEW_KEY; checks++) {
      const { done, value } = this.sweepCursor.next();
      if (done) this.sweepCursor = this.buckets.entries();
      else if (value[1].isFull(now)) this.buckets.delete(value[0]);
    }
    if (this.buckets.size < this.maxKeys) return;
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
