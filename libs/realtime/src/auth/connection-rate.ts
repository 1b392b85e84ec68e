/** How often a user may connect to this node: each connection costs a set-up, and leaves a session behind when it breaks. */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../clock';
import type { BucketPolicy } from '../quota/quota-store';
import { TokenBucket } from '../quota/token-bucket';

const SWEEP_MS = 30_000;
/** Several tabs of a client that was cut off come back at once: of a minute's connections so many may come together. */
const BURST = 2 / 3;

@Injectable()
export class ConnectionRate implements OnModuleInit, OnModuleDestroy {
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly policy: BucketPolicy | null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APP_CONFIG) { limitsOn, connectsPerUser }: AppConfig,
    private readonly clock: Clock,
  ) {
    const burst = Math.ceil(connectsPerUser * BURST);
    this.policy = limitsOn ? { limit: connectsPerUser, windowMs: 60_000, burst } : null;
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.removeFull(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Whether this user may connect now. Counts nothing. */
  admits(userId: string): boolean {
    const bucket = this.policy && this.buckets.get(userId);
    return !bucket || bucket.take(this.policy, this.clock.now(), 0).remaining > 0;
  }

  /** Counts a connection. @returns after how many milliseconds the user may come again; 0 where it is admitted. */
  take(userId: string): number {
    if (!this.policy) return 0;
    let bucket = this.buckets.get(userId);
    if (!bucket) this.buckets.set(userId, (bucket = new TokenBucket()));
    return bucket.take(this.policy, this.clock.now()).retryAfterMs;
  }

  private removeFull(): void {
    const now = this.clock.now();
    for (const [userId, bucket] of this.buckets) if (bucket.full(now)) this.buckets.delete(userId);
  }
}
