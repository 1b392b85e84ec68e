/** Global module of the Redis connections, their readiness probe and their metrics. */
import { Global, Module } from '@nestjs/common';
import { REDIS_METRIC_PROVIDERS, RedisMetrics } from './redis-metrics';
import { RedisProbe } from './redis-probe';
import { RedisService } from './redis.service';

@Global()
@Module({ providers: [RedisService, RedisProbe, RedisMetrics, ...REDIS_METRIC_PROVIDERS], exports: [RedisService] })
export class RedisModule {}
