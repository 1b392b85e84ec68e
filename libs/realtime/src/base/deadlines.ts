/** Reports items that exceed a deadline. One timer is enough: all have the same time limit, so they expire in starting order. */

export class Deadlines<Item> {
  private readonly dueAt = new Map<Item, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ms: number,
    private readonly onExpired: (item: Item) => void,
  ) {}

  start(item: Item): void {
    this.dueAt.set(item, performance.now() + this.ms);
    this.timer ??= this.scheduleCheck(this.ms);
  }

  /** @returns false for an item that has expired and was reported, or was never started. */
  cancel(item: Item): boolean {
    return this.dueAt.delete(item);
  }

  private expireOverdue(): void {
    this.timer = undefined;
    for (const [item, deadline] of this.dueAt) {
      // A timer may fire slightly early.
      const remainingMs = deadline - performance.now();
      if (remainingMs > 0) {
        this.timer ??= this.scheduleCheck(remainingMs);
        return;
      }
      this.dueAt.delete(item);
      this.onExpired(item);
    }
  }

  private scheduleCheck(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.expireOverdue(), Math.ceil(ms)).unref();
  }
}
