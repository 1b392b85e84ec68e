/** The token buckets of this node: per user, command and key, so that several tabs share them. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { RatePolicy } from '@aeturnis/contracts';
import { Clock } from '../clock';
import { type QuotaOutcome } from '../quota/quota-store';
import { TokenBucket } from '../quota/token-bucket';

const SWEEP_MS = 30_000;
/** More keys than an honest client needs; past it further ones of a command share a bucket, so that nobody can fill the memory. */
const MAX_KEYS_PER_USER = 200;
/** The bucket that the keys past the bound share. */
const FURTHER = '*';

/** What one user has, by command and, where that has several, by key: no text is put together for a command. */
class OwnBuckets {
  private readonly plain = new Map<string, TokenBucket>();
  private readonly commands = new Map<string, Map<string, TokenBucket>>();
  private count = 0;

  of(command: string, key: string): TokenBucket {
    return key === '' ? this.only(command) : this.oneOf(command, key);
  }

  private only(command: string): TokenBucket {
    let bucket = this.plain.get(command);
    if (!bucket) this.plain.set(command, (bucket = new TokenBucket()));
    return bucket;
  }

  private oneOf(command: string, key: string): TokenBucket {
    let keys = this.commands.get(command);
    if (!keys) this.commands.set(command, (keys = new Map<string, TokenBucket>()));
    const known = keys.get(key);
    if (known) return known;
    const name = this.count < MAX_KEYS_PER_USER ? key : FURTHER;
    let bucket = keys.get(name);
    if (!bucket) {
      keys.set(name, (bucket = new TokenBucket()));
      this.count++;
    }
    return bucket;
  }

  /** @returns whether any is left. */
  forgetFull(now: number): boolean {
    for (const [command, bucket] of this.plain) if (bucket.full(now)) this.plain.delete(command);
    for (const [command, keys] of this.commands) {
      for (const [key, bucket] of keys) if (bucket.full(now) && keys.delete(key)) this.count--;
      if (keys.size === 0) this.commands.delete(command);
    }
    return this.count + this.plain.size > 0;
  }
}

@Injectable()
export class UserBuckets implements OnModuleInit, OnModuleDestroy {
  private readonly users = new Map<string, OwnBuckets>();
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
    if (!own) this.users.set(userId, (own = new OwnBuckets()));
    return own.of(command, key).take(policy, now);
  }

  /** A bucket that has filled up again says nothing any more. Kept across reconnects, or reconnecting would refill it. */
  sweep(): void {
    const now = this.clock.now();
    for (const [userId, own] of this.users) if (!own.forgetFull(now)) this.users.delete(userId);
  }
}
