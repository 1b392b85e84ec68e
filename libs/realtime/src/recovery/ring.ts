/** The latest entries this node has heard, for sockets that are between the reading of their session and their connection. */
import { decodeEntry, type JournalEntry } from './journal-entry';
import type { JournalRecord } from './recovery-store';

const SIZE = 5_000;
/** Of what was heard; past it the older half goes. */
const MOST_BYTES = 8 * 1024 * 1024;

export interface Heard {
  readonly n: number;
  readonly entry: JournalEntry;
}

/** As it came, which takes half the memory: it is read where somebody comes back, and once for all who do. */
class Kept implements Heard {
  private known: JournalEntry | undefined;

  constructor(private readonly record: JournalRecord) {}

  get n(): number {
    return this.record.n;
  }

  get entry(): JournalEntry {
    return (this.known ??= decodeEntry(this.record.payload));
  }

  get bytes(): number {
    return this.record.payload.length;
  }
}

export class Ring {
  private heard: Kept[] = [];
  /** All entries after this one are here. */
  private since = 0;
  private bytes = 0;

  /** Entries come without a gap. */
  add(record: JournalRecord): void {
    this.heard.push(new Kept(record));
    this.bytes += record.payload.length;
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
