/** The latest entries of one room, bounded; it knows whether it still has everything after an entry. */
import type { JournalRecord } from './recovery-store';

/** Large events count for more: the memory of a node is bounded in bytes as well. */
const MOST_BYTES = 16 * 1024 * 1024;
/** What an entry takes beside its payload. */
const RECORD_BYTES = 64;

const costOf = ({ payload }: JournalRecord): number => payload.length + RECORD_BYTES;

export class RoomLog {
  private records: JournalRecord[] = [];
  /** The highest number that is gone. */
  private gone = 0;
  lastAt = 0;
  private held = 0;

  constructor(
    private readonly most: number,
    private readonly mostBytes = MOST_BYTES,
  ) {}

  /** What its entries take. */
  get bytes(): number {
    return this.held;
  }

  /** The number of its first entry; where there is none, that of the last that is gone. */
  get firstNumber(): number {
    return this.records[0]?.n ?? this.gone;
  }

  /** The number of its latest entry, also where that is gone. */
  get lastNumber(): number {
    return this.records.at(-1)?.n ?? this.gone;
  }

  add(record: JournalRecord, now: number): void {
    this.records.push(record);
    this.lastAt = now;
    this.held += costOf(record);
    // Half as much again before it is cut, so that a cut is cheap per entry.
    if (this.records.length > this.most * 1.5) this.cut(this.records.length - this.most);
    else if (this.held > this.mostBytes) this.cut(Math.ceil(this.records.length / 2));
  }

  /** Null where something after it may be gone. */
  after(n: number): JournalRecord[] | null {
    return n < this.gone ? null : this.records.slice(this.indexAfter(n));
  }

  /** Removes entries up to this number. */
  removeUpTo(n: number): void {
    const count = this.indexAfter(n);
    if (count > 0) this.cut(count);
  }

  private cut(count: number): void {
    this.gone = this.records[count - 1]?.n ?? this.gone;
    for (const record of this.records.slice(0, count)) this.held -= costOf(record);
    this.records = this.records.slice(count);
  }

  /** Of the first entry after this number. */
  private indexAfter(n: number): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.records[middle]?.n ?? 0) > n) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
