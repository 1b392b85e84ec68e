/** What is counted about the database: whether it is there, who waits for a connection, and how long commits take. */
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

/** The pool is looked at so often; who waits for longer is seen. */
const LOOK_MS = 1_000;

export const DATABASE_METRIC_PROVIDERS = [
  makeGaugeProvider({ name: METRIC.up, help: '1 while PostgreSQL answers, otherwise 0.' }),
  makeGaugeProvider({
    name: METRIC.connections,
    help: 'Connections to PostgreSQL, by what they do.',
    labelNames: ['state'],
  }),
  makeGaugeProvider({ name: METRIC.waiting, help: 'Statements and transactions that wait for a connection.' }),
  makeHistogramProvider({
    name: METRIC.wait,
    help: 'How long who had to wait for a connection waited.',
    buckets: [...DURATION_BUCKETS],
  }),
  makeHistogramProvider({ name: METRIC.commit, help: 'How long commits took.', buckets: [...DURATION_BUCKETS] }),
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
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { used, idle, waiting } = this.database.pooled;
    this.connections.set({ state: 'used' }, used);
    this.connections.set({ state: 'idle' }, idle);
    this.waiting.set(waiting);
  }
}
