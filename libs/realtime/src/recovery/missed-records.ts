/** What a session has missed, gathered room by room: as much of it as is given at once, from the beginning on. */
import type { JournalRecord } from './recovery-store';

/** Of what is given at once; who gets it reads on from there. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A room, the entry after which it is still to be read, and up to which. */
export type RoomRead = [room: string, after: number, last: number];

export class MissedRecords {
  private readonly orders: JournalRecord[] = [];
  private readonly records = new Map<number, JournalRecord>();
  private bytes = 0;
  private cut: number | null = null;

  constructor(private readonly maxBytes = MOST_BYTES) {}

  /** Orders bind whatever else is left out: all of them are kept. */
  add(orders: readonly JournalRecord[], records: readonly JournalRecord[]): void {
    this.orders.push(...orders);
    for (const record of records) {
      // What went to several rooms of the session stands in each of them.
      if (this.records.has(record.n) || (this.cut !== null && record.n > this.cut)) continue;
      this.records.set(record.n, record);
      this.bytes += record.payload.length;
    }
    if (this.bytes > this.maxBytes) this.shorten();
  }

  /** Without what would be left out anyway. */
  narrow(reads: readonly RoomRead[]): RoomRead[] {
    const { cut } = this;
    if (cut === null) return [...reads];
    return reads.map(([room, after, last]) => [room, after, isOrders(room) ? last : Math.min(last, cut)]);
  }

  /** After which entry others were left out; null where none were. */
  get cutAt(): number | null {
    return this.cut;
  }

  get inOrder(): JournalRecord[] {
    return [...this.orders, ...this.records.values()].sort((one, other) => one.n - other.n);
  }

  // The first half of what there is, so that this is not done again for each further record.
  private shorten(): void {
    const sorted = [...this.records.values()].sort((one, other) => one.n - other.n);
    this.records.clear();
    this.bytes = 0;
    for (const record of sorted) {
      if (this.records.size > 0 && this.bytes + record.payload.length > this.maxBytes / 2) break;
      this.records.set(record.n, record);
      this.bytes += record.payload.length;
      this.cut = record.n;
    }
  }
}

/** Of the names under which the journal keeps what binds a user. */
const isOrders = (room: string): boolean => room.startsWith('!');
