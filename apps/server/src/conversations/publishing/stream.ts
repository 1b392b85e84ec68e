/** How far this node has told one conversation. */

export class Stream {
  /** Entries up to there have been told, and there are entries up to `goal`. */
  told: number;
  goal: number;
  /** Up to there the database knows it. */
  noted: number;
  running: Promise<void> | null = null;
  private settled: number;
  /** What had been told when so many events had been emitted in all. */
  private before: number;
  private emitted = 0;

  constructor(published: number) {
    this.told = this.goal = this.noted = this.settled = this.before = published;
  }

  /** Whether nothing else has to be told before this entry. */
  isNext(seq: number): boolean {
    return this.running === null && seq === this.told + 1;
  }

  get idle(): boolean {
    return this.running === null && this.told >= this.goal && this.told === this.noted;
  }

  /** Answers up to where all nodes hear what was told, given how many events were emitted and how many of them they hear. */
  settle({ emitted, kept }: { emitted: number; kept: number }): number {
    if (this.emitted > kept) return this.settled;
    this.settled = this.before;
    this.before = this.told;
    this.emitted = emitted;
    return this.settled;
  }
}
