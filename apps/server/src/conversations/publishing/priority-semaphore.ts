/** A semaphore with two first-in, first-out queues: urgent callers go before the others. */

/** After this many urgent callers in a row, one of the others is served, so that none starves. */
const MAX_URGENT_IN_A_ROW = 3;

export class PrioritySemaphore {
  private readonly urgentWaiters: (() => void)[] = [];
  private readonly otherWaiters: (() => void)[] = [];
  private urgentInARow = 0;

  constructor(private permits: number) {}

  async acquire(isUrgent = true): Promise<void> {
    if (this.permits > 0) this.permits--;
    else await new Promise<void>((resolve) => (isUrgent ? this.urgentWaiters : this.otherWaiters).push(resolve));
  }

  /** Passes the permit to the next waiter, or returns it. */
  release(): void {
    const next = this.takeNextWaiter();
    if (next) next();
    else this.permits++;
  }

  private takeNextWaiter(): (() => void) | undefined {
    const shouldServeOthers =
      this.urgentWaiters.length === 0 || (this.urgentInARow >= MAX_URGENT_IN_A_ROW && this.otherWaiters.length > 0);
    this.urgentInARow = shouldServeOthers ? 0 : this.urgentInARow + 1;
    return (shouldServeOthers ? this.otherWaiters : this.urgentWaiters).shift();
  }
}
