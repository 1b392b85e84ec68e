/** Measures the round trip to Redis by the pings of the connection monitor. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectMetric, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Histogram } from 'prom-client';
import { DURATION_BUCKETS } from '../metrics/duration-buckets';
import { RedisService } from './redis.service';

const ROUND_TRIP = 'aeturnis_redis_round_trip_seconds';

export const REDIS_METRIC_PROVIDERS = [
  makeHistogramProvider({
    name: ROUND_TRIP,
    help: 'Round trip to Redis, measured by one ping per second; unanswered pings are not included.',
    buckets: [...DURATION_BUCKETS],
  }),
];

@Injectable()
export class RedisMetrics implements OnModuleInit {
  constructor(
    private readonly redis: RedisService,
    @InjectMetric(ROUND_TRIP) private readonly roundTrip: Histogram,
  ) {}

  onModuleInit(): void {
    this.redis.onRoundTrip((ms) => this.roundTrip.observe(ms / 1_000));
  }
}
