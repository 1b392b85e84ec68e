/** The token buckets of this node by user, command and key; several connections of a user share them. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { RatePolicy } from '@aeturnis/contracts';
import { Clock } from '../../base/clock';
import { type QuotaOutcome } from '../../quota/quota-store';
import { TokenBucket } from '../../quota/token-bucket';

const SWEEP_MS = 30_000;
/** More keys than an honest client needs. Further keys of a command share a bucket, so that a client cannot fill the memory. */
const MAX_KEYS_PER_USER = 200;
/** The key of the bucket that keys past the limit share. */
const OVERFLOW_KEY = '*';

/** The buckets of one user, by command and key. Nested maps avoid concatenating a key for each command. */
class BucketsOfUser {
  private readonly unkeyed = new Map<string, TokenBucket>();
  private readonly keyed = new Map<string, Map<string, TokenBucket>>();
  private keyedCount = 0;

  bucketFor(command: string, key: string): TokenBucket {
    return key === '' ? this.unkeyedBucket(command) : this.keyedBucket(command, key);
  }

  private unkeyedBucket(command: string): TokenBucket {
    let bucket = this.unkeyed.get(command);
    if (!bucket) this.unkeyed.set(command, (bucket = new TokenBucket()));
    return bucket;
  }

  private keyedBucket(command: string, key: string): TokenBucket {
    let keys = this.keyed.get(command);
    if (!keys) this.keyed.set(command, (keys = new Map<string, TokenBucket>()));
    const known = keys.get(key);
    if (known) return known;
    const name = this.keyedCount < MAX_KEYS_PER_USER ? key : OVERFLOW_KEY;
    let bucket = keys.get(name);
    if (!bucket) {
      keys.set(name, (bucket = new TokenBucket()));
      this.keyedCount++;
    }
    return bucket;
  }

  /** @returns whether any bucket is left. */
  removeFull(now: number): boolean {
    for (const [command, bucket] of this.unkeyed) if (bucket.isFull(now)) this.unkeyed.delete(command);
    for (const [command, keys] of this.keyed) {
      for (const [key, bucket] of keys) if (bucket.isFull(now) && keys.delete(key)) this.keyedCount--;
      if (keys.size === 0) this.keyed.delete(command);
    }
    return this.keyedCount + this.unkeyed.size > 0;
  }
}

@Injectable()
export class UserBuckets implements OnModuleInit, OnModuleDestroy {
  private readonly users = new Map<string, BucketsOfUser>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clock: Clock) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** `key` selects a bucket of the command; commands never share a bucket, because their policies differ. */
  take(userId: string, command: string, key: string, policy: RatePolicy, now: number): QuotaOutcome {
    let buckets = this.users.get(userId);
    if (!buckets) this.users.set(userId, (buckets = new BucketsOfUser()));
    return buckets.bucketFor(command, key).take(policy, now);
  }

  /** Removes full buckets, which equal new ones. The others outlive reconnects, or reconnecting would refill them. */
  sweep(): void {
    const now = this.clock.now();
    for (const [userId, buckets] of this.users) if (!buckets.removeFull(now)) this.users.delete(userId);
  }
}
