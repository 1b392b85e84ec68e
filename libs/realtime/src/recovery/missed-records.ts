/** Collects the missed entries of a session, read room by room, and keeps the oldest ones up to a bound in bytes. */
import type { JournalRecord } from './recovery-store';

/** Bound of one replay; a client that missed more reconnects for the next part. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A room, the entry after which it is still to be read, and up to which. */
export type RoomRead = [room: string, after: number, last: number];

export class MissedRecords {
  private readonly orders: JournalRecord[] = [];
  private readonly records = new Map<number, JournalRecord>();
  private bytes = 0;
  private cut: number | null = null;

  constructor(private readonly maxBytes = MOST_BYTES) {}

  /** All orders are kept, because they apply whichever entries are cut off. */
  add(orders: readonly JournalRecord[], records: readonly JournalRecord[]): void {
    this.orders.push(...orders);
    for (const record of records) {
      // An entry for several rooms of the session is stored in each of them.
      if (this.records.has(record.n) || (this.cut !== null && record.n > this.cut)) continue;
      this.records.set(record.n, record);
      this.bytes += record.payload.length;
    }
    if (this.bytes > this.maxBytes) this.shorten();
  }

  /** Limits the remaining reads to entries that would still be kept. */
  narrow(reads: readonly RoomRead[]): RoomRead[] {
    const { cut } = this;
    if (cut === null) return [...reads];
    return reads.map(([room, after, last]) => [room, after, isOrders(room) ? last : Math.min(last, cut)]);
  }

  /** The number of the last entry kept; null where nothing was cut off. */
  get cutAt(): number | null {
    return this.cut;
  }

  get inOrder(): JournalRecord[] {
    return [...this.orders, ...this.records.values()].sort((one, other) => one.n - other.n);
  }

  // Keeps half of the bound, so that the sort does not run again for each further record.
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

/** Streams of orders have names that begin with an exclamation mark. */
const isOrders = (room: string): boolean => room.startsWith('!');
