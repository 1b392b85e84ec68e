/** Passes each journal entry to the `ResumeCoordinator` once and in order, and reads what pub/sub misses from the log. */
import { setTimeout as delay } from 'node:timers/promises';
import { decodeEntry, type JournalPosition, type NumberedEntry } from './journal-entry';
import type { FeedListener, JournalRecord, JournalFeed, ResumeStore } from '../stores/resume-store';
import { RecentEntries } from './received-entries';

const RETRY_MS = 50;
const MAX_HELD_RECORDS = 10_000;
/** Of the payloads of held records. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;
/** Interval at which the position of the store is read. */
export const JOURNAL_CHECK_INTERVAL_MS = 1_000;

/** Why a node's position jumped: its first read, a new epoch of the journal, or a log that was trimmed past the position. */
export type JournalGap = 'begun' | 'epoch' | 'trimmed';

export interface JournalHooks {
  onStoreReply(): void;
  onEntry(entry: NumberedEntry): void;
  /** The position has jumped over entries that this node did not receive. */
  onJump(gap: JournalGap): void;
  /** After a jump or a gap: all entries of the log have been received. */
  onCaughtUp(): void;
  onNodeMessage(message: string): void;
}

export class JournalConsumer {
  readonly recentEntries = new RecentEntries();
  private currentPosition: JournalPosition | null = null;
  private isLive = false;
  private isCatchingUp = false;
  private isClosed = false;
  private heldRecords: { epoch: string; record: JournalRecord }[] = [];
  private totalHeldBytes = 0;
  private lastMeasuredLag = 0;
  private readonly waiters = new Set<() => void>();

  constructor(
    private readonly source: string,
    private readonly store: ResumeStore,
    private readonly feed: JournalFeed,
    private readonly hooks: JournalHooks,
  ) {}

  open(): void {
    const listener: FeedListener = {
      onReady: () => void this.catchUpUntilLive(),
      onRecord: (epoch, record) => this.onRecord(epoch, record),
      onNodeMessage: (message) => this.hooks.onNodeMessage(message),
    };
    this.feed.subscribe(this.source, listener);
    if (this.feed.isShared) void this.watchPosition();
  }

  close(): void {
    this.isClosed = true;
    this.feed.close();
  }

  /** Null until the store has answered for the first time. */
  get position(): JournalPosition | null {
    return this.currentPosition;
  }

  /** Bytes of the entries that wait until the log has been read. */
  get heldBytes(): number {
    return this.totalHeldBytes;
  }

  /** By how many entries this node was behind the journal at the last check. */
  get lagEntries(): number {
    return this.lastMeasuredLag;
  }

  /** Resolves when this node has received the entry `n`. @throws after `withinMs`. */
  async waitUntilReached(n: number, withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    while (!this.isLive || (this.currentPosition?.n ?? -1) < n) {
      if (performance.now() >= end || this.isClosed) throw new Error('journal entry not received in time; retry');
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.waiters.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, end - performance.now());
        this.waiters.add(wake);
      });
    }
  }

  private onRecord(epoch: string, record: JournalRecord): void {
    const { currentPosition } = this;
    if (this.isLive && currentPosition?.epoch === epoch && record.n <= currentPosition.n) return;
    if (this.isLive && currentPosition?.epoch === epoch && record.n === currentPosition.n + 1)
      return this.advance(currentPosition, record);
    this.hold(epoch, record);
    if (this.isLive) void this.catchUpUntilLive();
  }

  // A record that does not fit is read from the log later: the next record, or `watchPosition`, reveals the gap.
  private hold(epoch: string, record: JournalRecord): void {
    const bytes = this.totalHeldBytes + record.payload.length;
    if (this.heldRecords.length >= MAX_HELD_RECORDS || bytes > MAX_HELD_BYTES) return;
    this.heldRecords.push({ epoch, record });
    this.totalHeldBytes = bytes;
  }

  private advance({ epoch }: JournalPosition, record: JournalRecord): void {
    const { n, payload } = record;
    this.currentPosition = { epoch, n };
    this.recentEntries.add(record);
    this.hooks.onEntry({ n, entry: decodeEntry(payload) });
    this.wakeWaiters();
  }

  private async catchUpUntilLive(): Promise<void> {
    this.isLive = false;
    if (this.isCatchingUp) return;
    this.isCatchingUp = true;
    while (!this.isClosed && !(await this.catchUp().catch(() => false)))
      await delay(RETRY_MS, undefined, { ref: false });
    this.isCatchingUp = false;
    this.isLive = true;
    this.hooks.onCaughtUp();
    const held = this.heldRecords;
    this.heldRecords = [];
    this.totalHeldBytes = 0;
    // Records of another epoch are dropped: the next record, or `watchPosition`, reveals a change of the epoch.
    for (const { epoch, record } of held) if (epoch === this.currentPosition?.epoch) this.onRecord(epoch, record);
    this.wakeWaiters();
  }

  private async catchUp(): Promise<boolean> {
    if (!this.currentPosition) {
      this.jumpTo(await this.store.readPosition(), 'begun');
      return true;
    }
    const read = await this.store.readLog(this.currentPosition);
    if (read.kind === 'trimmed') {
      this.jumpTo(read.position, read.kind);
      return true;
    }
    if (read.kind === 'epoch') {
      // The sockets of this node are recipients of the new journal too: it is read from the beginning, unless that was trimmed.
      const beginning = { epoch: read.position.epoch, n: 0 };
      const isComplete = (await this.store.readLog(beginning)).kind === 'read';
      this.jumpTo(isComplete ? beginning : read.position, 'epoch');
      return !isComplete;
    }
    for (const record of read.records) this.replayRecord(record);
    if (this.currentPosition.n >= read.position.n) return true;
    if (read.records.length > 0) return false;
    this.skipTo(read.position);
    return true;
  }

  private replayRecord(record: JournalRecord): void {
    if (this.currentPosition && record.n > this.currentPosition.n + 1)
      this.skipTo({ ...this.currentPosition, n: record.n - 1 });
    if (this.currentPosition && record.n > this.currentPosition.n) this.advance(this.currentPosition, record);
  }

  // An append that failed midway has used its number without adding an entry: no entry is missing.
  private skipTo(position: JournalPosition): void {
    this.currentPosition = position;
    this.recentEntries.clear(position.n);
  }

  private jumpTo(position: JournalPosition, gap: JournalGap): void {
    this.currentPosition = position;
    this.recentEntries.clear(position.n);
    this.hooks.onJump(gap);
  }

  // A broken subscription receives nothing and reports no error: only the store's count shows that entries are missing.
  private async watchPosition(): Promise<void> {
    while (!this.isClosed) {
      try {
        const storePosition = await this.store.readPosition();
        this.measureLag(storePosition);
        this.hooks.onStoreReply();
        await delay(JOURNAL_CHECK_INTERVAL_MS, undefined, { ref: false });
        const { currentPosition } = this;
        if (
          this.isLive &&
          currentPosition &&
          (currentPosition.epoch !== storePosition.epoch || currentPosition.n < storePosition.n)
        )
          this.feed.resubscribe();
      } catch {
        await delay(JOURNAL_CHECK_INTERVAL_MS, undefined, { ref: false });
      }
    }
  }

  private measureLag({ epoch, n }: JournalPosition): void {
    const { currentPosition } = this;
    this.lastMeasuredLag = currentPosition?.epoch === epoch ? Math.max(0, n - currentPosition.n) : n;
  }

  private wakeWaiters(): void {
    for (const wake of [...this.waiters]) wake();
  }
}
