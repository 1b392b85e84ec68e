/** Limits how often a user connects to this node: each connection costs a set-up, and a broken one leaves a session behind. */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../base/clock';
import type { BucketPolicy } from '../quota/quota-store';
import { TokenBucket } from '../quota/token-bucket';

const SWEEP_MS = 30_000;
/** The share of a minute's connections that may come at once: several tabs reconnect together after an interruption. */
const BURST_SHARE = 2 / 3;

@Injectable()
export class ConnectionRateLimiter implements OnModuleInit, OnModuleDestroy {
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly policy: BucketPolicy | null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APP_CONFIG) { hasLimits, connectsPerUser }: AppConfig,
    private readonly clock: Clock,
  ) {
    const burst = Math.ceil(connectsPerUser * BURST_SHARE);
    this.policy = hasLimits ? { limit: connectsPerUser, windowMs: 60_000, burst } : null;
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.removeFull(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Whether this user may connect now. Does not count as an attempt. */
  canConnect(userId: string): boolean {
    const bucket = this.policy && this.buckets.get(userId);
    return !bucket || bucket.take(this.policy, this.clock.now(), 0).remaining > 0;
  }

  /** Counts a connection. @returns milliseconds until the user may connect again; 0 if this connection is admitted. */
  take(userId: string): number {
    if (!this.policy) return 0;
    let bucket = this.buckets.get(userId);
    if (!bucket) this.buckets.set(userId, (bucket = new TokenBucket()));
    return bucket.take(this.policy, this.clock.now()).retryAfterMs;
  }

  private removeFull(): void {
    const now = this.clock.now();
    for (const [userId, bucket] of this.buckets) if (bucket.isFull(now)) this.buckets.delete(userId);
  }
}
