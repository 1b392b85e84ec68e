/** Lets a bounded number work at a time; the others wait in their order. */

export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async enter(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the place on to who waits longest. */
  leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}
