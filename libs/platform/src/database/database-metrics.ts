/** Metrics of the database: availability, the connection pool and the duration of commits. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge, Histogram } from 'prom-client';
import { DURATION_BUCKETS } from '../metrics/duration-buckets';
import { Database } from './database';

const METRIC = {
  up: 'aeturnis_database_up',
  connections: 'aeturnis_database_pool_connections',
  waiting: 'aeturnis_database_pool_waiting',
  wait: 'aeturnis_database_pool_wait_seconds',
  commit: 'aeturnis_database_commit_seconds',
} as const;

/** The gauges of the pool are sampled at this interval, and miss shorter waits. */
const SAMPLE_INTERVAL_MS = 1_000;

export const DATABASE_METRIC_PROVIDERS = [
  makeGaugeProvider({ name: METRIC.up, help: '1 while PostgreSQL answers, otherwise 0.' }),
  makeGaugeProvider({
    name: METRIC.connections,
    help: 'Connections of the pool to PostgreSQL, by state: used or idle.',
    labelNames: ['state'],
  }),
  makeGaugeProvider({ name: METRIC.waiting, help: 'Statements and transactions that wait for a connection.' }),
  makeHistogramProvider({
    name: METRIC.wait,
    help: 'Time that statements and transactions waited for a connection, if they had to wait.',
    buckets: [...DURATION_BUCKETS],
  }),
  makeHistogramProvider({ name: METRIC.commit, help: 'Duration of commits.', buckets: [...DURATION_BUCKETS] }),
];

@Injectable()
export class DatabaseMetrics implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    @InjectMetric(METRIC.up) private readonly up: Gauge,
    @InjectMetric(METRIC.connections) private readonly connections: Gauge<'state'>,
    @InjectMetric(METRIC.waiting) private readonly waiting: Gauge,
    @InjectMetric(METRIC.wait) private readonly wait: Histogram,
    @InjectMetric(METRIC.commit) private readonly commit: Histogram,
  ) {}

  onModuleInit(): void {
    const { database } = this;
    this.up.set(0);
    database.onStateChange((state) => this.up.set(state === 'ready' ? 1 : 0));
    database.onWork((kind, ms) => this[kind].observe(ms / 1_000));
    this.timer = setInterval(() => this.sample(), SAMPLE_INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const { used, idle, waiting } = this.database.poolStats;
    this.connections.set({ state: 'used' }, used);
    this.connections.set({ state: 'idle' }, idle);
    this.waiting.set(waiting);
  }
}
