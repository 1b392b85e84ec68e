/** Makes the HTTP throttler count in the token buckets of the quota store. */
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { QuotaStore } from './quota-store';

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

export class QuotaThrottlerStorage implements ThrottlerStorage {
  constructor(private readonly quota: QuotaStore) {}

  /**
   * Takes a token from a bucket of `limit` tokens that refills within `ttl` milliseconds. A refused request costs nothing and
   * may be repeated once a token is refilled, so the block duration is unused. The returned times are seconds, for the headers.
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
