/**
 * Queue for expensive work. The tasks of one user run one after the other, across all of the user's connections, and only a
 * few may wait. A second limit bounds how many tasks of all users run at the same time.
 */
import { AppError } from '@aeturnis/contracts';

const RETRY_AFTER_MS = 1_000;

export class PerUserQueue {
  /** By user: the number of running and waiting tasks, and the end of the last of them. */
  private readonly queues = new Map<string, { size: number; last: Promise<unknown> }>();

  private runningCount = 0;
  /** Tasks of different users that wait for `maxConcurrent`, in order of arrival. */
  private readonly waiting: (() => void)[] = [];

  /**
   * @param maxWaiting tasks of one user that may wait in addition to the running one.
   * @param maxConcurrent running tasks of all users.
   */
  constructor(
    private readonly maxWaiting: number,
    private readonly maxConcurrent = Number.POSITIVE_INFINITY,
  ) {}

  /** @throws AppError RATE_LIMITED if too many tasks of the user wait already, and the errors of the work. */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(userId) ?? { size: 0, last: Promise.resolve() };
    if (queue.size > this.maxWaiting)
      throw new AppError('RATE_LIMITED', 'The same request is still running; retry when it has been answered', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    queue.size++;
    this.queues.set(userId, queue);
    const result = queue.last.then(() => this.runWithinLimit(work));
    queue.last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      if (--queue.size === 0) this.queues.delete(userId);
    }
  }

  private async runWithinLimit<T>(work: () => Promise<T>): Promise<T> {
    // A task that ends passes its place to the next waiting task, so the count does not change then.
    if (this.runningCount >= this.maxConcurrent) await new Promise<void>((begin) => this.waiting.push(begin));
    else this.runningCount++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.runningCount--;
    }
  }
}
