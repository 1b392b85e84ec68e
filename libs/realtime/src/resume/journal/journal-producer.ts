/**
 * Appends what this node emits to the journal: in order, each entry once, retried while the store is unreachable. Owned
 * by the `ResumeCoordinator`. After 3 s without progress it delivers to this node's sockets directly.
 */
import { isReplyError } from '@aeturnis/platform';
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { JOURNAL_CHECK_INTERVAL_MS } from './journal-consumer';
import { encodeEntry, type JournalEntry, type SessionOrder } from './journal-entry';
import { dedupIdOf, type PendingEntry, PendingEntries, appendRequestOf } from './pending-entries';
import type { JournalFeed, ResumeStore, VersionedEvent } from '../stores/resume-store';
import type { EventLossReason, JournalBacklog } from '../../base/metrics/delivery-metrics';

const APPEND_BATCH = 100;
const MAX_UNSENT_EVENTS = 10_000;
const MAX_ORDERS = 30_000;
/** Bytes of the entries not yet received back from the journal; less if the heap is small. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
const HEAP_FRACTION = 1 / 16;
const CHECK_INTERVAL_MS = 250;
/** With one check interval, at most three seconds. */
const OFFLINE_AFTER_MS = 3_000 - CHECK_INTERVAL_MS;
const RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

export interface PublishOptions {
  /** The sockets of this node have received it already. */
  readonly isDeliveredLocally?: boolean;
  readonly versioned?: VersionedEvent | undefined;
}

export interface JournalProducerHooks {
  /** Delivers the entry to the sockets of this node, without the journal. */
  deliverLocally(pending: PendingEntry): void;
  /** The store has not answered for too long; the producer now delivers locally. */
  onStoreLost(): void;
  /** All entries pending at that time have been delivered on this node. */
  onPendingDelivered(): void;
  /** Every entry that was delivered offline is in the journal. */
  onStoreRestored(): void;
  /** This node has received all its entries up to `seq` from the journal. */
  onConsumed(seq: number): void;
  /** An entry will never reach other nodes. */
  onEventLost(reason: EventLossReason): void;
}

/** `journaled` of `emitted` events of this node are in the journal; the next one has been pending for `lateMs`. */
export interface JournalProgress {
  readonly emitted: number;
  readonly journaled: number;
  readonly lateMs: number;
}

export class JournalProducer {
  private readonly pending = new PendingEntries();
  /** Sequence number of the last entry emitted. */
  private lastSeq = 0;
  private isSending = false;
  private isClosed = false;
  /** True while this node delivers to its own sockets without the journal. */
  private isDetached = false;
  /** Dropped events have not been announced to other nodes yet. */
  private hasLostEvents = false;
  /** Orders were dropped too: clients of other nodes may keep rights that were revoked. */
  private hasLostOrders = false;
  private lastContact: number;
  /** Monotonic time of the last check, and the total time for which the process was suspended or blocked between checks. */
  private checkedAt = performance.now();
  private suspendedMs = 0;
  /** The last entry delivered offline, until this node has received all of those from the journal. */
  private deliveredOfflineUpTo: number | null = null;
  /** Entries up to this one were appended to a journal that has been replaced. */
  private uncertainUpTo = 0;
  private readonly timer = setInterval(() => this.checkProgress(), CHECK_INTERVAL_MS).unref();

  constructor(
    private readonly source: string,
    private readonly store: ResumeStore,
    private readonly feed: JournalFeed,
    private readonly hooks: JournalProducerHooks,
    private readonly now: () => number,
    private readonly maxBytes = defaultMaxBytes(),
  ) {
    this.lastContact = this.awakeNow;
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
  }

  /** How many entries this node has emitted. */
  get emittedCount(): number {
    return this.lastSeq;
  }

  get progress(): JournalProgress {
    const { oldest } = this.pending;
    return { emitted: this.lastSeq, journaled: oldest ? oldest.entry.seq - 1 : this.lastSeq, lateMs: this.lateMs };
  }

  get backlog(): JournalBacklog {
    return { ...this.pending.backlog, lateMs: this.lateMs };
  }

  /** Age of the oldest pending entry, in milliseconds. */
  private get lateMs(): number {
    const { oldest } = this.pending;
    return oldest ? this.awakeNow - oldest.pendingSince : 0;
  }

  get isOffline(): boolean {
    return this.isDetached;
  }

  /** Every event that this node delivered without the journal has arrived from the journal since. */
  get hasCaughtUp(): boolean {
    return !this.isDetached && this.deliveredOfflineUpTo === null;
  }

  get pendingEntries(): Iterable<PendingEntry> {
    return this.pending;
  }

  get isIdle(): boolean {
    return this.pending.size === 0;
  }

  /** Calls `onJournaled` once this node receives the entry from the journal; never if it is dropped. */
  publish(
    content: Pick<JournalEntry, 'rooms' | 'except' | 'frames' | 'order'>,
    { isDeliveredLocally = false, versioned }: PublishOptions = {},
    onJournaled: () => void = () => undefined,
  ): void {
    // Without Redis there are no other nodes to deliver to.
    if (isDeliveredLocally && !this.feed.isShared) return onJournaled();
    const dedupId = dedupIdOf(versioned);
    if (this.pending.mergeDuplicate(dedupId, isDeliveredLocally, onJournaled)) return;
    const entry = { source: this.source, seq: ++this.lastSeq, ...content, ...(dedupId !== undefined && { dedupId }) };
    const payload = encodeEntry(entry);
    const pending = { entry, payload, pendingSince: this.awakeNow, isDeliveredLocally, versioned, onJournaled };
    if (!this.feed.isShared) return void this.store.append(this.source, [appendRequestOf(pending)]).then(onJournaled);
    this.pending.add(pending);
    if (this.isDetached) this.deliverLocally(pending);
    if (this.pending.unsentEvents > MAX_UNSENT_EVENTS) this.dropOldestUnsent(false);
    if (this.pending.unsentOrders > MAX_ORDERS) this.dropOldestUnsent(true);
    if (this.pending.bytes > this.maxBytes) this.enforceMemoryLimit();
    void this.sendUnsent();
  }

  /** The store has answered, which counts as progress. */
  onStoreReply(): void {
    this.lastContact = this.awakeNow;
  }

  /**
   * The journal has delivered an entry of this node. Earlier entries still pending will never arrive, for appends keep order.
   * @returns whether the sockets of this node have received it already.
   */
  onOwnEntry(seq: number): { isDeliveredLocally: boolean } {
    // An unknown entry was dropped from the backlog, and delivered locally then.
    const known = this.pending.get(seq);
    known?.onJournaled();
    const isDeliveredLocally = this.feed.isShared && (known?.isDeliveredLocally ?? true);
    for (const { entry: earlier } of this.pending) {
      if (earlier.seq > seq) break;
      this.pending.remove(earlier.seq);
    }
    return { isDeliveredLocally };
  }

  /** See `PendingEntries.markDeliveredElsewhere`. */
  onForeignEntry = (dedupId: string | undefined): number | undefined => this.pending.markDeliveredElsewhere(dedupId);

  /** Every recipient on this node has been written all own entries up to `seq`. */
  onConsumed(seq: number): void {
    this.hooks.onConsumed(seq);
  }

  /** The journal has been replaced: entries appended to the previous one may be lost. */
  markSentUncertain(): void {
    const firstUnsent = this.pending.oldestUnsent?.entry.seq ?? Infinity;
    for (const { entry } of this.pending)
      if (entry.seq < firstUnsent) this.uncertainUpTo = Math.max(this.uncertainUpTo, entry.seq);
  }

  /** The new journal has been read to its end: uncertain entries that it did not contain are lost. */
  dropUncertain(): void {
    for (const { entry } of this.pending) {
      if (entry.seq > this.uncertainUpTo) break;
      this.pending.remove(entry.seq);
      this.hooks.onEventLost('journal_replaced');
    }
    this.uncertainUpTo = 0;
  }

  // One call at a time, so that a failed call cannot reorder entries. New entries go with the next call.
  private async sendUnsent(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    // Batches the entries of one event-loop iteration: a call costs more than an entry.
    await new Promise(setImmediate);
    let failures = 0;
    while (this.pending.oldestUnsent && !this.isClosed) {
      const batch = this.pending.firstUnsent(APPEND_BATCH);
      try {
        await this.store.append(this.source, batch.map(appendRequestOf));
        this.onStoreReply();
        this.pending.markSent(batch);
        this.publishGap();
        failures = 0;
      } catch (error) {
        // A refusal is likely to repeat, so retries back off. After an outage Redis is used again at once.
        failures = isReplyError(error) ? failures + 1 : 0;
        await delay(Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS), undefined, { ref: false });
      }
    }
    this.isSending = false;
  }

  /**
   * Time without the periods in which this process was suspended or blocked: replies that arrived in such a period are read
   * only after the next check. Each period counts as two check intervals, so a permanently slow process still times out.
   */
  private get awakeNow(): number {
    return this.now() - this.suspendedMs;
  }

  private checkProgress(): void {
    const { oldest } = this.pending;
    const checkedAt = performance.now();
    this.suspendedMs += Math.max(0, checkedAt - this.checkedAt - 2 * CHECK_INTERVAL_MS);
    this.checkedAt = checkedAt;
    const now = this.awakeNow;
    // The consumer reads the store's position once per interval, also while nothing is appended.
    const silence = this.feed.isShared ? now - this.lastContact - JOURNAL_CHECK_INTERVAL_MS : 0;
    const age = Math.max(oldest ? now - oldest.pendingSince : 0, silence);
    if (this.isDetached && age < 2 * CHECK_INTERVAL_MS) {
      this.isDetached = false;
      this.deliveredOfflineUpTo = this.lastSeq;
    }
    if (age >= OFFLINE_AFTER_MS) this.goOffline();
    if (this.deliveredOfflineUpTo === null || (oldest && oldest.entry.seq <= this.deliveredOfflineUpTo)) return;
    this.deliveredOfflineUpTo = null;
    this.hooks.onStoreRestored();
  }

  /** Delivers all pending and following entries to the sockets of this node, until the journal makes progress again. */
  goOffline(): void {
    if (this.isDetached) return;
    this.isDetached = true;
    this.deliveredOfflineUpTo = null;
    this.hooks.onStoreLost();
    for (const pending of this.pending) this.deliverLocally(pending);
    this.hooks.onPendingDelivered();
  }

  private deliverLocally(pending: PendingEntry): void {
    if (pending.isDeliveredLocally) return;
    this.hooks.deliverLocally(pending);
    pending.isDeliveredLocally = true;
  }

  // Delivers locally first, so that only clients of other nodes lose the entry.
  private dropOldestUnsent(isOrder: boolean): void {
    this.goOffline();
    if (!this.pending.dropOldestUnsent(isOrder)) return;
    this.hasLostEvents = true;
    this.hooks.onEventLost(isOrder ? 'order_given_up' : 'event_given_up');
    if (isOrder) this.hasLostOrders = true;
  }

  // Entries already appended go first: they are delivered here now, and a missing entry counts as delivered when it arrives
  // from the journal. Only then are unsent entries dropped.
  private enforceMemoryLimit(): void {
    this.goOffline();
    const firstUnsent = this.pending.oldestUnsent?.entry.seq ?? Infinity;
    for (const { entry } of this.pending) {
      if (this.pending.bytes <= this.maxBytes || entry.seq >= firstUnsent) break;
      this.pending.remove(entry.seq);
    }
    while (this.pending.bytes > this.maxBytes && this.pending.unsentEvents > 0) this.dropOldestUnsent(false);
  }

  private publishGap(): void {
    if (!this.hasLostEvents) return;
    const order: SessionOrder = this.hasLostOrders ? { kind: 'gap', orders: true } : { kind: 'gap' };
    this.hasLostEvents = this.hasLostOrders = false;
    this.publish({ rooms: [], except: [], frames: [], order });
  }
}

const defaultMaxBytes = (): number =>
  Math.min(MAX_PENDING_BYTES, Math.floor(getHeapStatistics().heap_size_limit * HEAP_FRACTION));
