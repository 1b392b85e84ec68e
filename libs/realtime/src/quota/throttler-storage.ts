/** Lets the HTTP throttler count in the same token buckets as everything else. */
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { QuotaStore } from './quota-store';

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

export class QuotaThrottlerStorage implements ThrottlerStorage {
  constructor(private readonly quota: QuotaStore) {}

  /**
   * A bucket of `limit` tokens that fills within `ttl` milliseconds. Being refused costs nothing: one may go on as soon as
   * a token is back, so there is no block duration. Times of the answer are whole seconds, as its headers want them.
   */
  async increment(
    key: string,
    ttl: number,
    limit: number,
    _blockDuration: number,
    throttlerName: string,
  ): Promise<ThrottlerRecord> {
    const policy = { limit, windowMs: ttl, burst: limit };
    const { allowed, remaining, retryAfterMs } = await this.quota.take(`http:${throttlerName}:${key}`, policy);
    const taken = limit - remaining;
    return {
      totalHits: allowed ? taken : limit + 1,
      timeToExpire: Math.ceil((taken * ttl) / limit / 1000),
      isBlocked: !allowed,
      timeToBlockExpire: Math.ceil(retryAfterMs / 1000),
    };
  }
}
