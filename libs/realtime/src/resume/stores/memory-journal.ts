/** What `MemoryResumeStore` keeps of the journal: the latest entries of each room, and the latest version of each key. */
import { VERSION_KEEP_MS, type VersionedEvent, type JournalRecord } from './resume-store';
import { getHeapStatistics } from 'node:v8';

/** Fewer entries are kept if they are large. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Memory of an entry beside its payload. */
const RECORD_BYTES = 64;

const recordBytesOf = ({ payload }: JournalRecord): number => payload.length + RECORD_BYTES;

/** The latest entries of one room, bounded in number and bytes; it knows up to which number entries were removed. */
export class RoomLog {
  private records: JournalRecord[] = [];
  /** The highest number that has been removed. */
  private removedUpTo = 0;
  lastAddedAt = 0;
  private heldBytes = 0;

  constructor(
    private readonly maxRecords: number,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  /** Memory of the entries. */
  get bytes(): number {
    return this.heldBytes;
  }

  /** The number of the first entry; without entries, of the last removed one. */
  get firstNumber(): number {
    return this.records[0]?.n ?? this.removedUpTo;
  }

  /** The number of the latest entry, even if it has been removed. */
  get lastNumber(): number {
    return this.records.at(-1)?.n ?? this.removedUpTo;
  }

  add(record: JournalRecord, now: number): void {
    this.records.push(record);
    this.lastAddedAt = now;
    this.heldBytes += recordBytesOf(record);
    // Grows to 1.5 times the bound before it is cut, so that the cost of a cut is shared by many entries.
    if (this.records.length > this.maxRecords * 1.5) this.removeFirst(this.records.length - this.maxRecords);
    else if (this.heldBytes > this.maxBytes) this.removeFirst(Math.ceil(this.records.length / 2));
  }

  /** The entries after `n`; null if some of them may have been removed. */
  after(n: number): JournalRecord[] | null {
    return n < this.removedUpTo ? null : this.records.slice(this.indexAfter(n));
  }

  /** Removes entries up to this number. */
  removeUpTo(n: number): void {
    const count = this.indexAfter(n);
    if (count > 0) this.removeFirst(count);
  }

  private removeFirst(count: number): void {
    this.removedUpTo = this.records[count - 1]?.n ?? this.removedUpTo;
    for (const record of this.records.slice(0, count)) this.heldBytes -= recordBytesOf(record);
    this.records = this.records.slice(count);
  }

  /** Index of the first entry after this number. */
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

/** Over all rooms; less if the heap is small. */
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
const HEAP_FRACTION = 1 / 8;
/** Memory of a room without entries. */
const ROOM_BYTES = 256;
/** A removal shrinks to this part of the bound, so that removals are rare. */
const SHRINK_TO_PART = 3 / 4;
/** Empty rooms are removed if rooms alone, without entries, take more than this part of the bound. */
const MAX_EMPTY_ROOMS_PART = 1 / 4;

/** The logs of all rooms, bounded in bytes over all of them. A read that reaches removed entries answers null. */
export class RoomLogs {
  private readonly logs = new Map<string, RoomLog>();
  private totalBytes = 0;
  /** Entries of unknown rooms may have been removed up to this number. */
  private removedUpTo = 0;

  constructor(
    private readonly maxEvents: number,
    private readonly maxBytes = defaultMaxBytes(),
  ) {}

  get bytes(): number {
    return this.totalBytes;
  }

  add(room: string, record: JournalRecord, now: number): void {
    const log = this.logs.get(room) ?? this.create(room);
    const before = log.bytes;
    log.add(record, now);
    this.totalBytes += log.bytes - before;
    if (this.totalBytes > this.maxBytes) this.removeOldest(record.n);
  }

  /** The entries after `n`; null if some of them may have been removed. */
  after(room: string, n: number): JournalRecord[] | null {
    const log = this.logs.get(room);
    if (log) return log.after(n);
    return n < this.removedUpTo ? null : [];
  }

  /** Removes rooms without an entry since then: no session is old enough to read them. */
  removeIdle(since: number): void {
    for (const [room, log] of this.logs) if (log.lastAddedAt < since) this.remove(room, log);
  }

  private create(room: string): RoomLog {
    const log = new RoomLog(this.maxEvents);
    this.logs.set(room, log);
    this.totalBytes += ROOM_BYTES;
    return log;
  }

  private remove(room: string, log: RoomLog): void {
    this.logs.delete(room);
    this.totalBytes -= ROOM_BYTES + log.bytes;
  }

  // By age over all rooms: a user that fills many rooms shortens the time after which other clients can resume, but does not
  // remove recent entries that a briefly disconnected client needs.
  private removeOldest(last: number): void {
    let upTo = last - 1;
    for (const { firstNumber } of this.logs.values()) upTo = Math.min(upTo, firstNumber - 1);
    while (this.totalBytes > this.maxBytes * SHRINK_TO_PART && upTo < last) {
      upTo += Math.ceil((last - upTo) / 2);
      for (const log of this.logs.values()) {
        const before = log.bytes;
        log.removeUpTo(upTo);
        this.totalBytes += log.bytes - before;
      }
      if (this.logs.size * ROOM_BYTES > this.maxBytes * MAX_EMPTY_ROOMS_PART) this.removeEmpty();
    }
  }

  private removeEmpty(): void {
    for (const [room, log] of this.logs) {
      if (log.bytes > 0) continue;
      this.removedUpTo = Math.max(this.removedUpTo, log.lastNumber);
      this.remove(room, log);
    }
  }
}

const defaultMaxBytes = (): number =>
  Math.min(MAX_TOTAL_BYTES, Math.floor(getHeapStatistics().heap_size_limit * HEAP_FRACTION));

/** Past it, the key whose version was recorded longest ago is evicted. */
const MAX_KEYS = 100_000;

interface LatestVersion {
  version: number;
  dedupKey: string | undefined;
  expiresAt: number;
}

/** The latest version of each key; with Redis the script `append-entries` does this. */
export class LatestVersions {
  private readonly latest = new Map<string, LatestVersion>();

  constructor(private readonly maxKeys = MAX_KEYS) {}

  get size(): number {
    return this.latest.size;
  }

  /** Records the event unless a later version is known. @returns whether the event is superseded or a duplicate. */
  checkAndRecord({ key, version, dedupKey, keepMs = VERSION_KEEP_MS }: VersionedEvent, now: number): boolean {
    const known = this.latest.get(key);
    const last = known && known.expiresAt > now ? known : undefined;
    if (last && version < last.version) return true;
    const isDuplicate =
      dedupKey !== undefined && last !== undefined && (version === last.version || dedupKey === last.dedupKey);
    // Set anew, it becomes the last in the order of eviction.
    this.latest.delete(key);
    this.latest.set(key, { version, dedupKey: dedupKey ?? last?.dedupKey, expiresAt: now + keepMs });
    if (this.latest.size > this.maxKeys) this.evictOldest();
    return isDuplicate;
  }

  private evictOldest(): void {
    const [oldest] = this.latest.keys();
    if (oldest !== undefined) this.latest.delete(oldest);
  }

  removeExpired(now: number): void {
    for (const [key, { expiresAt }] of this.latest) if (expiresAt <= now) this.latest.delete(key);
  }
}
