/** The latest entries this node has heard, for sockets that are between the reading of their session and their connection. */
import type { JournalEntry } from './journal-entry';

const SIZE = 5_000;
/** Of what was heard; past it the older half goes. */
const MOST_BYTES = 8 * 1024 * 1024;

export interface Heard {
  readonly n: number;
  readonly entry: JournalEntry;
  /** Length of the entry as it came. */
  readonly bytes: number;
}

export class Ring {
  private heard: Heard[] = [];
  /** All entries after this one are here. */
  private since = 0;
  private bytes = 0;

  /** Entries come without a gap. */
  add(heard: Heard): void {
    this.heard.push(heard);
    this.bytes += heard.bytes;
    if (this.heard.length >= 2 * SIZE) this.keep(SIZE);
    else if (this.bytes > MOST_BYTES) this.keep(this.heard.length >> 1);
  }

  private keep(count: number): void {
    const last = this.heard.at(-1)?.n ?? this.since;
    this.heard = this.heard.slice(this.heard.length - count);
    this.since = last - count;
    this.bytes = this.heard.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  clear(since: number): void {
    this.heard = [];
    this.bytes = 0;
    this.since = since;
  }

  /** Null where it does not reach back so far. */
  after(n: number): Heard[] | null {
    return n < this.since ? null : this.heard.slice(n - this.since);
  }
}
