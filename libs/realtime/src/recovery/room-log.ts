/** The latest entries of one room, bounded; it knows whether it still has everything after an entry. */
import type { JournalRecord } from './recovery-store';

/** Large events count for more: the memory of a node is bounded in bytes as well. */
const MOST_BYTES = 16 * 1024 * 1024;

export class RoomLog {
  private records: JournalRecord[] = [];
  /** The highest number that is gone. */
  private gone = 0;
  lastAt = 0;
  private bytes = 0;

  constructor(
    private readonly most: number,
    private readonly mostBytes = MOST_BYTES,
  ) {}

  add(record: JournalRecord, now: number): void {
    this.records.push(record);
    this.lastAt = now;
    this.bytes += record.payload.length;
    // Half as much again before it is cut, so that a cut is cheap per entry.
    if (this.records.length > this.most * 1.5) this.cut(this.records.length - this.most);
    else if (this.bytes > this.mostBytes) this.cut(Math.ceil(this.records.length / 2));
  }

  private cut(count: number): void {
    this.gone = this.records[count - 1]?.n ?? this.gone;
    this.records = this.records.slice(count);
    this.bytes = this.records.reduce((sum, { payload }) => sum + payload.length, 0);
  }

  /** Null where something after it may be gone. */
  after(n: number): JournalRecord[] | null {
    if (n < this.gone) return null;
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.records[middle]?.n ?? 0) > n) high = middle;
      else low = middle + 1;
    }
    return this.records.slice(low);
  }
}
