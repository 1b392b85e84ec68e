/** Notices what is not done in time: with one timer for all, because all may take equally long and the first begun is the first late. */

export class Deadlines<Item> {
  private readonly due = new Map<Item, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ms: number,
    private readonly late: (item: Item) => void,
  ) {}

  begin(item: Item): void {
    this.due.set(item, performance.now() + this.ms);
    this.timer ??= this.lookIn(this.ms);
  }

  /** @returns false for what was late, and has been told so. */
  end(item: Item): boolean {
    return this.due.delete(item);
  }

  private look(): void {
    this.timer = undefined;
    for (const [item, at] of this.due) {
      // A timer may ring a moment early.
      const left = at - performance.now();
      if (left > 0) {
        this.timer ??= this.lookIn(left);
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
