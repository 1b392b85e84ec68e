/** The token buckets of this node: per user and key, so that several tabs share them. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { RatePolicy } from '@aeturnis/contracts';
import { Clock } from '../clock';
import { type QuotaOutcome } from '../quota/quota-store';
import { TokenBucket } from '../quota/token-bucket';

const SWEEP_MS = 30_000;
/** More keys than an honest client needs; past it further ones of a command share a bucket, so that nobody can fill the memory. */
const MAX_KEYS_PER_USER = 200;

@Injectable()
export class UserBuckets implements OnModuleInit, OnModuleDestroy {
  private readonly users = new Map<string, Map<string, TokenBucket>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clock: Clock) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** `key` tells the buckets of one command apart; commands never share one, for their policies differ. */
  take(userId: string, command: string, key: string, policy: RatePolicy, now: number): QuotaOutcome {
    let own = this.users.get(userId);
    if (!own) {
      own = new Map<string, TokenBucket>();
      this.users.set(userId, own);
    }
    const wanted = `${command}:${key}`;
    const known = own.has(wanted) || own.size < MAX_KEYS_PER_USER ? wanted : `${command}:*`;
    let bucket = own.get(known);
    if (!bucket) own.set(known, (bucket = new TokenBucket()));
    return bucket.take(policy, now);
  }

  /** A bucket that has filled up again says nothing any more. Kept across reconnects, or reconnecting would refill it. */
  sweep(): void {
    const now = this.clock.now();
    for (const [userId, own] of this.users) {
      for (const [key, bucket] of own) if (bucket.full(now)) own.delete(key);
      if (own.size === 0) this.users.delete(userId);
    }
  }
}
