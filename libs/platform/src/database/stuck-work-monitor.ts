/** Reports commands and requests that make no progress although the database answers, for example behind a locked table. */
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { StateChangeLog } from '../logging/state-change-log';
import { Database } from './database';

const STUCK = 'aeturnis_database_stuck_work';
const SAMPLE_MS = 1_000;
/** Longer than the statement timeout, so that a command that is retried and stuck again does not count as recovered in between. */
const RECOVERED_MS = 8_000;

export const STUCK_WORK_METRIC_PROVIDERS = [
  makeGaugeProvider({
    name: STUCK,
    help: 'Kinds of commands and requests that wait for seconds inside PostgreSQL, for example for a locked table.',
  }),
];

@Injectable()
export class StuckWorkMonitor implements OnModuleInit, OnModuleDestroy {
  private readonly changes = new StateChangeLog(new Logger(Database.name));
  private readonly lastStuckAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    @InjectMetric(STUCK) private readonly gauge: Gauge,
  ) {}

  /** Names of commands and routes that are stuck, or were within the last `RECOVERED_MS`. */
  get stuckKinds(): string[] {
    return [...this.lastStuckAt.keys()];
  }

  onModuleInit(): void {
    this.gauge.set(0);
    this.timer = setInterval(() => this.sample(), SAMPLE_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const before = this.stuckKinds;
    const now = performance.now();
    for (const kind of this.database.poolStats.stuckKinds) this.lastStuckAt.set(kind || 'background work', now);
    for (const [kind, at] of this.lastStuckAt) if (now - at > RECOVERED_MS) this.lastStuckAt.delete(kind);
    this.gauge.set(this.lastStuckAt.size);
    const added = this.stuckKinds.filter((kind) => !before.includes(kind));
    if (added.length > 0)
      this.changes.record('warn', {
        message: 'database work is stuck, possibly behind a lock; other work continues',
        stuck: added,
      });
    if (before.length > 0 && this.lastStuckAt.size === 0)
      this.changes.record('log', { message: 'database work is no longer stuck' });
  }
}
