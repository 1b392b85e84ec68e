/**
 * Runs what is expensive one after the other for each user, however many connections ask, and lets only a few wait. Users
 * wait for each other as well where many ask at the same time: what all of them cause together comes in small portions.
 */
import { AppError } from '@aeturnis/contracts';

const RETRY_AFTER_MS = 1_000;

export class PerUserQueue {
  /** By user: how many are under way or wait, and the end of the last of them. */
  private readonly queues = new Map<string, { size: number; last: Promise<unknown> }>();

  private underWay = 0;
  /** Of different users, in the order in which they asked. */
  private readonly waiting: (() => void)[] = [];

  /**
   * @param mostWaiting of one user, beside the one that is under way.
   * @param mostAtOnce of all users.
   */
  constructor(
    private readonly mostWaiting: number,
    private readonly mostAtOnce = Number.POSITIVE_INFINITY,
  ) {}

  /** @throws AppError RATE_LIMITED where too many wait already, and what the work throws. */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(userId) ?? { size: 0, last: Promise.resolve() };
    if (queue.size > this.mostWaiting)
      throw new AppError('RATE_LIMITED', 'The same is under way for you already; ask again when it is done', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    queue.size++;
    this.queues.set(userId, queue);
    const result = queue.last.then(() => this.inPortions(work));
    queue.last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      if (--queue.size === 0) this.queues.delete(userId);
    }
  }

  private async inPortions<T>(work: () => Promise<T>): Promise<T> {
    // Whoever leaves hands its place on.
    if (this.underWay >= this.mostAtOnce) await new Promise<void>((begin) => this.waiting.push(begin));
    else this.underWay++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.underWay--;
    }
  }
}
