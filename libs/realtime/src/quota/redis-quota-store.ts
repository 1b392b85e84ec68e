/** The quota store that all nodes share: one Redis script call per take. */
import { luaCommands } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import type { BucketPolicy, QuotaOutcome, QuotaStore } from './quota-store';
import { ROUNDING_MS } from './token-bucket';

type QuotaRedis = Redis & {
  takeTokens(key: string, perTokenMs: number, capacityMs: number, costMs: number): Promise<[number, number, number]>;
};

const defineQuotaScript = luaCommands<QuotaRedis>(__dirname, { takeTokens: 'take-tokens' }, { ROUNDING_MS });

export class RedisQuotaStore implements QuotaStore {
  private readonly redis: QuotaRedis;

  constructor(
    redis: Redis,
    private readonly prefix = 'rt',
  ) {
    this.redis = defineQuotaScript(redis);
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
