/** Metrics of how this node uses Redis: whether it is usable, and what failed or was decided without it. */
import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { RedisService } from '@aeturnis/platform';
import type { Counter, Gauge } from 'prom-client';

const REDIS_USAGE_METRIC = {
  redisConfigured: 'aeturnis_redis_configured',
  redisUp: 'aeturnis_redis_up',
  adapterFailures: 'aeturnis_adapter_failures_total',
  quotaFallbacks: 'aeturnis_quota_fallbacks_total',
} as const;

export const REDIS_USAGE_METRIC_PROVIDERS = [
  makeGaugeProvider({ name: REDIS_USAGE_METRIC.redisConfigured, help: '1 if REDIS_URL is set, else 0.' }),
  makeGaugeProvider({
    name: REDIS_USAGE_METRIC.redisUp,
    help: '1 while Redis is usable, 0 while it is not; absent if Redis is not configured.',
  }),
  makeCounterProvider({
    name: REDIS_USAGE_METRIC.adapterFailures,
    help: 'Failed Redis calls of the Socket.IO adapter.',
  }),
  makeCounterProvider({
    name: REDIS_USAGE_METRIC.quotaFallbacks,
    help: 'Quota decisions that this node made locally because Redis did not answer.',
  }),
];

@Injectable()
export class RedisUsageMetrics {
  constructor(
    @InjectMetric(REDIS_USAGE_METRIC.redisConfigured) private readonly redisConfigured: Gauge,
    @InjectMetric(REDIS_USAGE_METRIC.redisUp) private readonly redisUp: Gauge,
    @InjectMetric(REDIS_USAGE_METRIC.adapterFailures) private readonly adapterFailures: Counter,
    @InjectMetric(REDIS_USAGE_METRIC.quotaFallbacks) private readonly quotaFallbacks: Counter,
  ) {}

  setRedisState({ state, unusableReason }: Pick<RedisService, 'state' | 'unusableReason'>): void {
    this.redisConfigured.set(state === 'off' ? 0 : 1);
    if (state === 'off') this.redisUp.remove();
    else this.redisUp.set(state === 'up' && unusableReason === null ? 1 : 0);
  }

  recordAdapterFailure(): void {
    this.adapterFailures.inc();
  }

  recordQuotaFallback(): void {
    this.quotaFallbacks.inc();
  }
}
