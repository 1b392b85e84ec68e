/** The latest entries this node has heard, for sockets that are between the reading of their session and their connection. */
import type { JournalEntry } from './journal-entry';

const SIZE = 5_000;

export interface Heard {
  readonly n: number;
  readonly entry: JournalEntry;
}

export class Ring {
  private heard: Heard[] = [];
  /** All entries after this one are here. */
  private since = 0;

  /** Entries come without a gap. */
  add(heard: Heard): void {
    this.heard.push(heard);
    if (this.heard.length < 2 * SIZE) return;
    this.heard = this.heard.slice(-SIZE);
    this.since = heard.n - SIZE;
  }

  clear(since: number): void {
    this.heard = [];
    this.since = since;
  }

  /** Null where it does not reach back so far. */
  after(n: number): Heard[] | null {
    return n < this.since ? null : this.heard.slice(n - this.since);
  }
}
