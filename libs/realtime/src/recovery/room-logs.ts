/** The latest entries of all rooms of a single node: bounded in bytes over all of them, and never silent about what is gone. */
import { getHeapStatistics } from 'node:v8';
import type { JournalRecord } from './recovery-store';
import { RoomLog } from './room-log';

/** Over all rooms; less where the heap is small. */
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
const HEAP_PART = 1 / 8;
/** What a room takes without entries. */
const ROOM_BYTES = 256;
/** So much is left after a removal, so that removals are rare. */
const PART_LEFT = 3 / 4;
/** Rooms without entries are forgotten where all rooms take more than this part without any. */
const PART_OF_ROOMS = 1 / 4;

export class RoomLogs {
  private readonly logs = new Map<string, RoomLog>();
  private total = 0;
  /** Entries of rooms that are not known may be gone up to this number. */
  private gone = 0;

  constructor(
    private readonly maxEvents: number,
    private readonly maxBytes = defaultMaxBytes(),
  ) {}

  get bytes(): number {
    return this.total;
  }

  add(room: string, record: JournalRecord, now: number): void {
    const log = this.logs.get(room) ?? this.create(room);
    const before = log.bytes;
    log.add(record, now);
    this.total += log.bytes - before;
    if (this.total > this.maxBytes) this.shrink(record.n);
  }

  /** Null where something after that number may be gone. */
  after(room: string, n: number): JournalRecord[] | null {
    const log = this.logs.get(room);
    if (log) return log.after(n);
    return n < this.gone ? null : [];
  }

  /** Forgets rooms without an entry since then: no session is kept that could ask for them. */
  prune(since: number): void {
    for (const [room, log] of this.logs) if (log.lastAt < since) this.remove(room, log);
  }

  private create(room: string): RoomLog {
    const log = new RoomLog(this.maxEvents);
    this.logs.set(room, log);
    this.total += ROOM_BYTES;
    return log;
  }

  private remove(room: string, log: RoomLog): void {
    this.logs.delete(room);
    this.total -= ROOM_BYTES + log.bytes;
  }

  // By age over all rooms: whoever fills many rooms shortens the time for which others can be away, and drives out nobody
  // who was away for a moment only.
  private shrink(last: number): void {
    let upTo = last - 1;
    for (const { firstNumber } of this.logs.values()) upTo = Math.min(upTo, firstNumber - 1);
    while (this.total > this.maxBytes * PART_LEFT && upTo < last) {
      upTo += Math.ceil((last - upTo) / 2);
      for (const log of this.logs.values()) {
        const before = log.bytes;
        log.removeUpTo(upTo);
        this.total += log.bytes - before;
      }
      if (this.logs.size * ROOM_BYTES > this.maxBytes * PART_OF_ROOMS) this.forgetEmpty();
    }
  }

  private forgetEmpty(): void {
    for (const [room, log] of this.logs) {
      if (log.bytes > 0) continue;
      this.gone = Math.max(this.gone, log.lastNumber);
      this.remove(room, log);
    }
  }
}

const defaultMaxBytes = (): number =>
  Math.min(MAX_TOTAL_BYTES, Math.floor(getHeapStatistics().heap_size_limit * HEAP_PART));
