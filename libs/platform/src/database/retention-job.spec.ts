/** RetentionJob: when it runs, what it logs, and when it stops. */
import { Logger } from '@nestjs/common';
import { currentCorrelation } from '../logging/correlation';
import { Database } from './database';
import { RetentionJob } from './retention-job';

const HOUR_MS = 3_600_000;

class FakeDatabase extends Database {
  transactionCount = 0;

  constructor() {
    super({ url: '', dataDir: '', poolSize: 1, migrationsFolder: '' });
  }

  override runWhenReady(work: () => Promise<unknown>, onError: (error: unknown) => void): void {
    work().catch(onError);
  }

  override transaction<T>(work: () => Promise<T>): Promise<T> {
    this.transactionCount++;
    return work();
  }
}

class TestJob extends RetentionJob {
  readonly events: (string | undefined)[] = [];
  results: (number | Error)[] = [];

  constructor(override readonly database: FakeDatabase) {
    super(database, 'test', 'one hour');
  }

  override run(): Promise<number> {
    this.events.push(currentCorrelation()?.event);
    return this.deleteInBatches(2, 'rows', async () => {
      const result = this.results.shift() ?? 0;
      if (result instanceof Error) throw result;
      return result;
    });
  }
}

describe('RetentionJob', () => {
  let job: TestJob;

  beforeEach(() => {
    jest.useFakeTimers();
    job = new TestJob(new FakeDatabase());
  });
  afterEach(() => {
    job.onModuleDestroy();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('runs in the background at the start and at the interval, until it is stopped', async () => {
    job.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(HOUR_MS - 1);
    expect(job.events).toEqual(['retention']);
    await jest.advanceTimersByTimeAsync(1);
    expect(job.events).toEqual(['retention', 'retention']);
    job.onModuleDestroy();
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    expect(job.events).toHaveLength(2);
  });

  it('logs a failure and runs again at the interval', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const error = new Error('away');
    job.results = [error, error];
    job.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    expect(job.events).toHaveLength(2);
    expect(warn.mock.calls).toEqual([
      [{ message: 'test retention failed, retrying in one hour', error }],
      [{ message: 'test retention failed, retrying in one hour', error }],
    ]);
  });

  it('deletes in batches, each in a transaction, until one is not full, and logs the total', async () => {
    const log = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    job.results = [2, 2, 1, 2];
    expect(await job.run()).toBe(5);
    expect(job.database.transactionCount).toBe(3);
    expect(log.mock.calls).toEqual([[{ message: 'expired rows deleted', count: 5 }]]);
  });
});
