/** The latest entries of one room, bounded; it knows whether it still has everything after an entry. */
import type { JournalRecord } from './recovery-store';

export class RoomLog {
  private records: JournalRecord[] = [];
  /** The highest number that is gone. */
  private gone = 0;
  lastAt = 0;

  constructor(private readonly most: number) {}

  add(record: JournalRecord, now: number): void {
    this.records.push(record);
    this.lastAt = now;
    // Half as much again before it is cut, so that a cut is cheap per entry.
    if (this.records.length <= this.most * 1.5) return;
    const cut = this.records.length - this.most;
    this.gone = this.records[cut - 1]?.n ?? this.gone;
    this.records = this.records.slice(cut);
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
