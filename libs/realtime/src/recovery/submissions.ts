/** What this node has emitted and not heard yet from the journal: sent in order and once, held while the store is away. */
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { WATCH_MS } from './journal';
import { encodeEntry, type JournalEntry, type Order } from './journal-entry';
import { costOf, dedupIdOf, type Pending, PendingEntries, submissionOf } from './pending-entries';
import type { RecoveryFeed, RecoveryStore, VersionedEvent } from './recovery-store';
import { isRefusal } from './refusal';
import type { JournalBacklog, SubmissionHooks } from './submission-hooks';

const AT_ONCE = 100;
const AT_MOST = 10_000;
const MAX_ORDERS = 30_000;
/** Of the payloads of all events that the journal has not delivered yet; less where the heap is small. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
const HEAP_PART = 1 / 16;
const LOOK_MS = 250;
/** With a look, three seconds at most. */
const HOLD_MS = 3_000 - LOOK_MS;
const RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

export interface Submitting {
  /** The sockets here have had it. */
  readonly told?: boolean;
  readonly versioned?: VersionedEvent | undefined;
}

export class Submissions {
  private readonly pending = new PendingEntries();
  private unsent: Pending[] = [];
  /** How many of them are orders, which are not given up for events. */
  private unsentOrders = 0;
  /** The last one emitted. */
  private seq = 0;
  private sending = false;
  private closed = false;
  /** Delivering on this node without the journal. */
  private alone = false;
  /** Events of ours will never reach the others. */
  private gaveUp = false;
  /** Orders will not either: clients of other nodes may have rights that were taken from them. */
  private gaveUpOrders = false;
  private lastContact: number;
  /** Monotonic time of the last check, and the total time for which the process was suspended or blocked between checks. */
  private lookedAt = performance.now();
  private stoppedMs = 0;
  /** The last entry that was told alone, until all of those have been heard. */
  private toldUpTo: number | null = null;
  /** What was sent to a journal that is not any more. */
  private doubtfulUpTo = 0;
  private readonly timer = setInterval(() => this.look(), LOOK_MS).unref();

  constructor(
    private readonly source: string,
    private readonly store: RecoveryStore,
    private readonly feed: RecoveryFeed,
    private readonly hooks: SubmissionHooks,
    private readonly now: () => number,
    private readonly maxBytes = defaultMaxBytes(),
  ) {
    this.lastContact = this.awakeNow;
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
  }

  /** How many have been emitted. */
  get count(): number {
    return this.seq;
  }

  /** All of them up to there are in the journal, where every node hears them. */
  get kept(): number {
    const { oldest } = this.pending;
    return oldest ? oldest.entry.seq - 1 : this.seq;
  }

  /** For how long the oldest has been on its way into the journal, in milliseconds. */
  get lateMs(): number {
    const { oldest } = this.pending;
    return oldest ? this.awakeNow - oldest.since : 0;
  }

  get bytes(): number {
    return this.pending.bytes;
  }

  get backlog(): JournalBacklog {
    const { pending, unsent, lateMs } = this;
    const unsentBytes = unsent.reduce((bytes, each) => bytes + costOf(each), 0);
    const { size: pendingEntries, bytes: pendingBytes } = pending;
    return { pendingEntries, pendingBytes, unsentEntries: unsent.length, unsentBytes, lateMs };
  }

  get cutOff(): boolean {
    return this.alone;
  }

  /** Every event that this node delivered without the journal has arrived from the journal since. */
  get caughtUp(): boolean {
    return !this.alone && this.toldUpTo === null;
  }

  get waiting(): Iterable<Pending> {
    return this.pending;
  }

  get idle(): boolean {
    return this.pending.size === 0;
  }

  /** Calls `settle` when it is in the journal, as far as that comes to be known. */
  submit(
    content: Pick<JournalEntry, 'rooms' | 'except' | 'frames' | 'order'>,
    { told = false, versioned }: Submitting = {},
    settle: () => void = nothing,
  ): void {
    // Alone, there is nobody else.
    if (told && !this.feed.shared) return settle();
    const dedupId = dedupIdOf(versioned);
    if (this.pending.merge(dedupId, told, settle)) return;
    const entry = { source: this.source, seq: ++this.seq, ...content, ...(dedupId !== undefined && { dedupId }) };
    const pending = { entry, payload: encodeEntry(entry), since: this.awakeNow, told, versioned, settle };
    if (!this.feed.shared) return void this.store.append(this.source, [submissionOf(pending)]).then(settle);
    this.pending.add(pending);
    this.unsent.push(pending);
    if (entry.order) this.unsentOrders++;
    if (this.alone) this.tell(pending);
    if (this.unsent.length - this.unsentOrders > AT_MOST) this.giveUpOldest(false);
    if (this.unsentOrders > MAX_ORDERS) this.giveUpOldest(true);
    if (this.pending.bytes > this.maxBytes) this.shrink();
    void this.send();
  }

  /** The store has answered. */
  contact(): void {
    this.lastContact = this.awakeNow;
  }

  /**
   * The journal has told an entry of ours; those before it that it has not told, it never will.
   * @returns whether sockets here got it already.
   */
  heard(seq: number): { told: boolean } {
    // One that is not known was given up, and told then.
    const known = this.pending.get(seq);
    known?.settle();
    const told = this.feed.shared && (known?.told ?? true);
    for (const { entry: earlier } of this.pending) {
      if (earlier.seq > seq) break;
      this.pending.remove(earlier.seq);
    }
    return { told };
  }

  /** See `PendingEntries.heardElsewhere`. */
  heardElsewhere = (dedupId: string | undefined): number | undefined => this.pending.heardElsewhere(dedupId);

  /** Nobody here is due anything up to there any more. */
  settle(seq: number): void {
    this.hooks.settled(seq);
  }

  /** The journal is another one: what had been sent may have gone with the one before. */
  doubt(): void {
    const unsent = new Set(this.unsent);
    for (const pending of this.pending)
      if (!unsent.has(pending)) this.doubtfulUpTo = Math.max(this.doubtfulUpTo, pending.entry.seq);
  }

  /** All of the new journal has been heard: what is still in doubt is lost. */
  forgetDoubtful(): void {
    for (const { entry } of this.pending) {
      if (entry.seq > this.doubtfulUpTo) break;
      this.pending.remove(entry.seq);
      this.hooks.gaveUp('journal_replaced');
    }
    this.doubtfulUpTo = 0;
  }

  // One call at a time keeps the order whatever happens to it; what comes meanwhile goes with the next.
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    // What one turn of the event loop emits goes together: a call costs more than an entry.
    await new Promise(setImmediate);
    let failures = 0;
    while (this.unsent.length > 0 && !this.closed) {
      const batch = this.unsent.slice(0, AT_ONCE);
      try {
        await this.store.append(this.source, batch.map(submissionOf));
        this.contact();
        const sent = new Set(batch);
        // Some of the batch may have been given up meanwhile, and have been subtracted then.
        this.unsent = this.unsent.filter((each) => {
          if (!sent.has(each)) return true;
          if (each.entry.order) this.unsentOrders--;
          return false;
        });
        this.admitGap();
        failures = 0;
      } catch (error) {
        // A refusal is likely to repeat, so retries back off. After an outage Redis is used again at once.
        failures = isRefusal(error) ? failures + 1 : 0;
        await delay(Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS), undefined, { ref: false });
      }
    }
    this.sending = false;
  }

  /**
   * Time without the periods in which this process was suspended or blocked: replies that arrived in such a period are read
   * only after the next check. Each period counts as two check intervals, so a permanently slow process still times out.
   */
  private get awakeNow(): number {
    return this.now() - this.stoppedMs;
  }

  private look(): void {
    const { oldest } = this.pending;
    const lookedAt = performance.now();
    this.stoppedMs += Math.max(0, lookedAt - this.lookedAt - 2 * LOOK_MS);
    this.lookedAt = lookedAt;
    const now = this.awakeNow;
    // The journal asks the store now and then, also where nothing is submitted.
    const silence = this.feed.shared ? now - this.lastContact - WATCH_MS : 0;
    const age = Math.max(oldest ? now - oldest.since : 0, silence);
    if (this.alone && age < 2 * LOOK_MS) {
      this.alone = false;
      this.toldUpTo = this.seq;
    }
    if (age >= HOLD_MS) this.goOnAlone();
    if (this.toldUpTo === null || (oldest && oldest.entry.seq <= this.toldUpTo)) return;
    this.toldUpTo = null;
    this.hooks.back();
  }

  /** Delivers everything that is pending on this node, and what follows, until the journal is near again. */
  goOnAlone(): void {
    if (this.alone) return;
    this.alone = true;
    this.toldUpTo = null;
    this.hooks.away();
    for (const pending of this.pending) this.tell(pending);
    this.hooks.deliveredPending();
  }

  private tell(pending: Pending): void {
    if (pending.told) return;
    this.hooks.tell(pending);
    pending.told = true;
  }

  // Clients of this node do not lose it: before the memory of those elsewhere is given up, they have had it. Orders are not
  // given up for events, nor events for orders.
  private giveUpOldest(order: boolean): void {
    this.goOnAlone();
    const index = this.unsent.findIndex(({ entry }) => (entry.order !== undefined) === order);
    const [oldest] = index < 0 ? [] : this.unsent.splice(index, 1);
    if (!oldest) return;
    this.pending.remove(oldest.entry.seq);
    if (order) this.unsentOrders--;
    this.gaveUp = true;
    this.hooks.gaveUp(order ? 'order_given_up' : 'event_given_up');
    if (order) this.gaveUpOrders = true;
  }

  // What was sent is in the journal, and only awaited: told here, it is known by its absence. After that, what was not sent
  // is given up.
  private shrink(): void {
    this.goOnAlone();
    const firstUnsent = this.unsent[0]?.entry.seq ?? Infinity;
    for (const { entry } of this.pending) {
      if (this.pending.bytes <= this.maxBytes || entry.seq >= firstUnsent) break;
      this.pending.remove(entry.seq);
    }
    while (this.pending.bytes > this.maxBytes && this.unsent.length > this.unsentOrders) this.giveUpOldest(false);
  }

  private admitGap(): void {
    if (!this.gaveUp) return;
    const order: Order = this.gaveUpOrders ? { kind: 'gap', orders: true } : { kind: 'gap' };
    [this.gaveUp, this.gaveUpOrders] = [false, false];
    this.submit({ rooms: [], except: [], frames: [], order });
  }
}

const defaultMaxBytes = (): number =>
  Math.min(MAX_PENDING_BYTES, Math.floor(getHeapStatistics().heap_size_limit * HEAP_PART));

function nothing(): void {}
