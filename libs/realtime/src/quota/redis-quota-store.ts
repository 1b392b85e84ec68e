/** Quotas shared by all nodes: one script call per take. */
import type { Redis } from 'ioredis';
import type { BucketPolicy, QuotaOutcome, QuotaStore } from './quota-store';
import { TAKE_TOKENS } from './quota-script';

type QuotaRedis = Redis & {
  takeTokens(key: string, perTokenMs: number, capacityMs: number, costMs: number): Promise<[number, number, number]>;
};

export class RedisQuotaStore implements QuotaStore {
  private readonly redis: QuotaRedis;

  constructor(
    redis: Redis,
    private readonly prefix = 'rt',
  ) {
    redis.defineCommand('takeTokens', { numberOfKeys: 1, lua: TAKE_TOKENS });
    this.redis = redis as QuotaRedis;
  }

  async take(key: string, { limit, windowMs, burst }: BucketPolicy, cost = 1): Promise<QuotaOutcome> {
    const perToken = windowMs / limit;
    const [allowed, remaining, retryAfterMs] = await this.redis.takeTokens(
      `${this.prefix}:quota:${key}`,
      perToken,
      burst * perToken,
      cost * perToken,
    );
    return { allowed: allowed === 1, remaining, retryAfterMs };
  }
}
