/** How far this node has told one conversation. */

export class Stream {
  /** Entries up to there have been told, and there are entries up to `goal`. */
  told: number;
  goal: number;
  /** Up to there the database knows it. */
  noted: number;
  running: Promise<void> | null = null;
  private before: number;

  constructor(published: number) {
    this.told = this.goal = this.noted = this.before = published;
  }

  /** Whether nothing else has to be told before this entry. */
  isNext(seq: number): boolean {
    return this.running === null && seq === this.told + 1;
  }

  get idle(): boolean {
    return this.running === null && this.told >= this.goal && this.told === this.noted;
  }

  /** Answers what had been told by the last time, so that it has arrived by now. */
  settle(): number {
    const settled = this.before;
    this.before = this.told;
    return settled;
  }
}
