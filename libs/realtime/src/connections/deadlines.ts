/** Notices what is not done in time: with one timer for all, because all may take equally long and the oldest is late first. */

export class Deadlines<Item> {
  private readonly due = new Map<Item, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly afterMs: number,
    private readonly late: (item: Item) => void,
  ) {}

  start(item: Item): void {
    this.due.set(item, performance.now() + this.afterMs);
    this.timer ??= this.lookIn(this.afterMs);
  }

  /** False where it was late already. */
  done(item: Item): boolean {
    return this.due.delete(item);
  }

  private look(): void {
    this.timer = undefined;
    for (const [item, at] of this.due) {
      const left = at - performance.now();
      if (left > 0) {
        this.timer = this.lookIn(left);
        return;
      }
      this.due.delete(item);
      this.late(item);
    }
  }

  private lookIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.look(), Math.ceil(ms)).unref();
  }
}
