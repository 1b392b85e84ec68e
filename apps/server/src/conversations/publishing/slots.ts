/** Lets a bounded number work at a time; the others wait in their order, those who are urgent before the others. */

/** After so many urgent ones somebody else has a turn, so that nobody waits for good. */
const URGENT_IN_A_ROW = 3;

export class Slots {
  private readonly urgent: (() => void)[] = [];
  private readonly others: (() => void)[] = [];
  private inARow = 0;

  constructor(private free: number) {}

  async enter(isUrgent = true): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => (isUrgent ? this.urgent : this.others).push(resolve));
  }

  /** Hands the place on. */
  leave(): void {
    const next = this.next();
    if (next) next();
    else this.free++;
  }

  private next(): (() => void) | undefined {
    const isTurnOfOthers = this.urgent.length === 0 || (this.inARow >= URGENT_IN_A_ROW && this.others.length > 0);
    this.inARow = isTurnOfOthers ? 0 : this.inARow + 1;
    return (isTurnOfOthers ? this.others : this.urgent).shift();
  }
}
