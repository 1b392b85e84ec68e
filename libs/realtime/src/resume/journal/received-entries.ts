/** What a node keeps of the entries it has received from the journal: the latest ones, and the last number of each source. */
import { decodeEntry, type JournalEntry, type NumberedEntry } from './journal-entry';
import type { JournalRecord } from '../stores/resume-store';

const MIN_RECENT_ENTRIES = 5_000;
/** Of the payloads; past it the older half is removed. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Process incarnations of nodes; the least recently used is evicted first. */
const MAX_SOURCES = 1_000;

/** Keeps the record encoded, which takes half the memory, and decodes it once when the first resuming client needs it. */
class LazyEntry implements NumberedEntry {
  private decoded: JournalEntry | undefined;

  constructor(private readonly record: JournalRecord) {}

  get n(): number {
    return this.record.n;
  }

  get entry(): JournalEntry {
    return (this.decoded ??= decodeEntry(this.record.payload));
  }

  get bytes(): number {
    return this.record.payload.length;
  }
}

/** Buffers the latest entries, so that `SessionReplay` can add those that arrived during a restore. */
export class RecentEntries {
  private entries: LazyEntry[] = [];
  /** The buffer holds all entries after this number. */
  private completeAfter = 0;
  private bytes = 0;

  /** Records have to be added without a gap. */
  add(record: JournalRecord): void {
    this.entries.push(new LazyEntry(record));
    this.bytes += record.payload.length;
    if (this.entries.length >= 2 * MIN_RECENT_ENTRIES) this.trimTo(MIN_RECENT_ENTRIES);
    else if (this.bytes > MAX_BYTES) this.trimTo(this.entries.length >> 1);
  }

  private trimTo(count: number): void {
    const last = this.entries.at(-1)?.n ?? this.completeAfter;
    this.entries = this.entries.slice(this.entries.length - count);
    this.completeAfter = last - count;
    this.bytes = this.entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  clear(since: number): void {
    this.entries = [];
    this.bytes = 0;
    this.completeAfter = since;
  }

  /** All entries after `n`; null if older ones of them have been removed. */
  after(n: number): NumberedEntry[] | null {
    return n < this.completeAfter ? null : this.entries.slice(n - this.completeAfter);
  }
}

/**
 * Remembers the highest sequence number received from each source. A node retries an append that was not answered; a replica of
 * Redis that has taken over may not know that its predecessor had accepted and published it, and publishes it again.
 */
export class DuplicateFilter {
  private readonly lastSeqBySource = new Map<string, number>();

  /** Records the entry. @returns whether it is a duplicate: it, or a later one of its source, was received; sources append in order. */
  checkAndRecord({ source, seq }: Pick<JournalEntry, 'source' | 'seq'>): boolean {
    const last = this.lastSeqBySource.get(source);
    if (last !== undefined && seq <= last) return true;
    // Set anew, the source becomes the last in the order of eviction.
    if (last !== undefined) this.lastSeqBySource.delete(source);
    this.lastSeqBySource.set(source, seq);
    if (this.lastSeqBySource.size > MAX_SOURCES) this.evictOldest();
    return false;
  }

  private evictOldest(): void {
    const [oldest] = this.lastSeqBySource.keys();
    if (oldest !== undefined) this.lastSeqBySource.delete(oldest);
  }
}
