/** Which quota store this process uses: Redis with a net under it, or memory. */
import type { FactoryProvider } from '@nestjs/common';
import { RedisService } from '@aeturnis/platform';
import { Clock } from '../clock';
import { SocketMetrics } from '../metrics/socket-metrics';
import { InsuredQuotaStore } from './insured-quota-store';
import { MemoryQuotaStore } from './memory-quota-store';
import { QUOTA_STORE, type QuotaStore } from './quota-store';
import { RedisQuotaStore } from './redis-quota-store';

export const quotaProvider: FactoryProvider<QuotaStore> = {
  provide: QUOTA_STORE,
  inject: [RedisService, SocketMetrics, Clock],
  useFactory: ({ client }: RedisService, metrics: SocketMetrics, clock: Clock) => {
    const now = (): number => clock.now();
    const memory = new MemoryQuotaStore(now);
    if (!client) return memory;
    return new InsuredQuotaStore(new RedisQuotaStore(client), memory, now, () => metrics.quotaFallback());
  },
};
