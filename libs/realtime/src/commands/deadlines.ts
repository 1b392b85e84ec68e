/** The deadline of everything that takes long, with one timer for all: as it is the same for each, the first begun is the first late. */

export interface Pending {
  dueAt: number;
}

export class Deadlines<T extends Pending> {
  private readonly pending = new Set<T>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ms: number,
    private readonly late: (pending: T) => void,
  ) {}

  begin(pending: T): void {
    pending.dueAt = performance.now() + this.ms;
    this.pending.add(pending);
    this.timer ??= this.wait(this.ms);
  }

  /** @returns false for what was late, and has been told so. */
  end(pending: T): boolean {
    return this.pending.delete(pending);
  }

  private wait(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.look(), ms).unref();
  }

  private look(): void {
    this.timer = undefined;
    const now = performance.now();
    for (const pending of this.pending) {
      // A timer may ring a moment early.
      if (pending.dueAt > now) {
        this.timer ??= this.wait(Math.ceil(pending.dueAt - now));
        return;
      }
      this.pending.delete(pending);
      this.late(pending);
    }
  }
}
