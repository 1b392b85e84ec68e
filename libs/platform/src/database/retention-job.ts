/** Base of jobs that delete expired rows: each runs in the background once the database is ready, and at an interval. */
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { runInBackground } from '../logging/correlation';
import type { Database } from './database';

const HOUR_MS = 3_600_000;
const INTERVALS_MS = { 'one hour': HOUR_MS, 'one day': 24 * HOUR_MS };

export abstract class RetentionJob implements OnApplicationBootstrap, OnModuleDestroy {
  protected readonly logger = new Logger(this.constructor.name);
  /** Set at shutdown. A job of many batches ends when this is set. */
  protected isStopped = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param subject what is deleted, for the log line of a failure: `chat`. */
  constructor(
    protected readonly database: Database,
    private readonly subject: string,
    private readonly interval: keyof typeof INTERVALS_MS,
  ) {}

  /** @returns the number of deleted rows. */
  abstract run(): Promise<number>;

  onApplicationBootstrap(): void {
    const run = (): Promise<number> => runInBackground('retention', () => this.run());
    const onError = (error: unknown): void =>
      this.logger.warn({ message: `${this.subject} retention failed, retrying in ${this.interval}`, error });
    this.timer = setInterval(() => void run().catch(onError), INTERVALS_MS[this.interval]).unref();
    // Also at the start: a server that restarts more often than that would never reach the interval.
    this.database.runWhenReady(run, onError);
  }

  onModuleDestroy(): void {
    this.isStopped = true;
    clearInterval(this.timer);
  }

  /** Repeats a deletion of at most `batch` rows. One transaction per batch, so that locks are held briefly. */
  protected async deleteInBatches(batch: number, rows: string, deleteBatch: () => Promise<number>): Promise<number> {
    let total = 0;
    for (let deleted = batch; deleted === batch; total += deleted)
      deleted = await this.database.transaction(deleteBatch);
    if (total > 0) this.logger.log({ message: `expired ${rows} deleted`, count: total });
    return total;
  }
}
