/** Provides the quota store of this process: Redis with a local fallback, or memory without Redis. */
import type { FactoryProvider } from '@nestjs/common';
import { RedisService } from '@aeturnis/platform';
import { Clock } from '../base/clock';
import { RedisUsageMetrics } from '../base/metrics/redis-usage-metrics';
import { FallbackQuotaStore } from './fallback-quota-store';
import { MemoryQuotaStore } from './memory-quota-store';
import { QUOTA_STORE, type QuotaStore } from './quota-store';
import { RedisQuotaStore } from './redis-quota-store';

export const quotaProvider: FactoryProvider<QuotaStore> = {
  provide: QUOTA_STORE,
  inject: [RedisService, RedisUsageMetrics, Clock],
  useFactory: ({ client }: RedisService, metrics: RedisUsageMetrics, clock: Clock) => {
    const now = (): number => clock.now();
    const memory = new MemoryQuotaStore(now);
    if (!client) return memory;
    return new FallbackQuotaStore(new RedisQuotaStore(client), memory, now, () => metrics.recordQuotaFallback());
  },
};
