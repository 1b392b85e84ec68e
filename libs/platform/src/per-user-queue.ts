/** Runs what is expensive one after the other for each user, however many connections ask, and lets only a few wait. */
import { AppError } from '@aeturnis/contracts';

const RETRY_AFTER_MS = 1_000;

export class PerUserQueue {
  /** By user: how many are under way or wait, and the end of the last of them. */
  private readonly queues = new Map<string, { size: number; last: Promise<unknown> }>();

  /** @param mostWaiting beside the one that is under way. */
  constructor(private readonly mostWaiting: number) {}

  /** @throws AppError RATE_LIMITED where too many wait already, and what the work throws. */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(userId) ?? { size: 0, last: Promise.resolve() };
    if (queue.size > this.mostWaiting)
      throw new AppError('RATE_LIMITED', 'The same is under way for you already; ask again when it is done', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    queue.size++;
    this.queues.set(userId, queue);
    const result = queue.last.then(work);
    queue.last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      if (--queue.size === 0) this.queues.delete(userId);
    }
  }
}
