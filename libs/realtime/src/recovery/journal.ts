/** The journal as this node hears it: in order, without a gap, each entry once; what the feed misses is read from the log. */
import { setTimeout as delay } from 'node:timers/promises';
import { decodeEntry } from './journal-entry';
import type { Position } from './position';
import type { FeedListener, JournalRecord, RecoveryFeed, RecoveryStore } from './recovery-store';
import { type Heard, Ring } from './ring';

const RETRY_MS = 50;
const HELD_AT_MOST = 10_000;
/** Of their payloads. */
const HELD_BYTES = 16 * 1024 * 1024;
/** How often the store is asked where it stands. */
export const WATCH_MS = 1_000;

export type JournalGap = 'begun' | 'epoch' | 'trimmed';

export interface JournalHooks {
  /** The store has answered. */
  contact(): void;
  deliver(heard: Heard): void;
  /** The position has jumped: at the start, because the journal is another one, or because the log does not reach back. */
  jumped(gap: JournalGap): void;
  /** After such a jump, or a gap: everything the log had is heard. */
  caughtUp(): void;
  word(message: string): void;
}

export class Journal {
  readonly ring = new Ring();
  private at: Position | null = null;
  private live = false;
  private repairing = false;
  private closed = false;
  private held: { epoch: string; record: JournalRecord }[] = [];
  private bytesHeld = 0;
  private entriesBehind = 0;
  private readonly waiters = new Set<() => void>();

  constructor(
    private readonly source: string,
    private readonly store: RecoveryStore,
    private readonly feed: RecoveryFeed,
    private readonly hooks: JournalHooks,
  ) {}

  open(): void {
    const listener: FeedListener = {
      ready: () => void this.repair(),
      record: (epoch, record) => this.hear(epoch, record),
      word: (message) => this.hooks.word(message),
    };
    this.feed.listen(this.source, listener);
    if (this.feed.shared) void this.watch();
  }

  close(): void {
    this.closed = true;
    this.feed.close();
  }

  /** Null until the journal has been reached for the first time. */
  get position(): Position | null {
    return this.at;
  }

  /** Of entries that wait until the log has been read. */
  get heldBytes(): number {
    return this.bytesHeld;
  }

  /** How many entries the journal had, and this node had not received, when it last asked. */
  get behind(): number {
    return this.entriesBehind;
  }

  /** Settles when this node has heard the entry. @throws when that takes too long. */
  async reached(n: number, withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    while (!this.live || (this.at?.n ?? -1) < n) {
      if (performance.now() >= end || this.closed) throw new Error('the journal of this node lags behind');
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

  private hear(epoch: string, record: JournalRecord): void {
    const { at } = this;
    if (this.live && at?.epoch === epoch && record.n <= at.n) return;
    if (this.live && at?.epoch === epoch && record.n === at.n + 1) return this.advance(at, record);
    this.hold(epoch, record);
    if (this.live) void this.repair();
  }

  // What is not held is read from the log: the next entry, or the watch, shows that it is missing.
  private hold(epoch: string, record: JournalRecord): void {
    const bytes = this.bytesHeld + record.payload.length;
    if (this.held.length >= HELD_AT_MOST || bytes > HELD_BYTES) return;
    this.held.push({ epoch, record });
    this.bytesHeld = bytes;
  }

  private advance({ epoch }: Position, record: JournalRecord): void {
    const { n, payload } = record;
    this.at = { epoch, n };
    this.ring.add(record);
    this.hooks.deliver({ n, entry: decodeEntry(payload) });
    this.wake();
  }

  private async repair(): Promise<void> {
    this.live = false;
    if (this.repairing) return;
    this.repairing = true;
    while (!this.closed && !(await this.catchUp().catch(() => false))) await delay(RETRY_MS, undefined, { ref: false });
    this.repairing = false;
    this.live = true;
    this.hooks.caughtUp();
    const held = this.held;
    this.held = [];
    this.bytesHeld = 0;
    // What is of another life, or too far ahead, shows itself again by the next entry or to the watch.
    for (const { epoch, record } of held) if (epoch === this.at?.epoch) this.hear(epoch, record);
    this.wake();
  }

  private async catchUp(): Promise<boolean> {
    if (!this.at) {
      this.jump(await this.store.hello(), 'begun');
      return true;
    }
    const read = await this.store.log(this.at);
    if (read.kind === 'trimmed') {
      this.jump(read.position, read.kind);
      return true;
    }
    if (read.kind === 'epoch') {
      // What there is of the new journal is for the sockets here as well, from its beginning if that is still there.
      const beginning = { epoch: read.position.epoch, n: 0 };
      const whole = (await this.store.log(beginning)).kind === 'read';
      this.jump(whole ? beginning : read.position, 'epoch');
      return !whole;
    }
    for (const record of read.records) this.readOn(record);
    if (this.at.n >= read.position.n) return true;
    if (read.records.length > 0) return false;
    this.passOver(read.position);
    return true;
  }

  private readOn(record: JournalRecord): void {
    if (this.at && record.n > this.at.n + 1) this.passOver({ ...this.at, n: record.n - 1 });
    if (this.at && record.n > this.at.n) this.advance(this.at, record);
  }

  // An append that failed midway has used up its number without adding an entry, so that nothing is missing here.
  private passOver(position: Position): void {
    this.at = position;
    this.ring.clear(position.n);
  }

  private jump(position: Position, gap: JournalGap): void {
    this.at = position;
    this.ring.clear(position.n);
    this.hooks.jumped(gap);
  }

  // A subscription that is cut off hears nothing and says nothing: only the count tells.
  private async watch(): Promise<void> {
    while (!this.closed) {
      try {
        const said = await this.store.hello();
        this.measure(said);
        this.hooks.contact();
        await delay(WATCH_MS, undefined, { ref: false });
        const { at } = this;
        if (this.live && at && (at.epoch !== said.epoch || at.n < said.n)) this.feed.restart();
      } catch {
        await delay(WATCH_MS, undefined, { ref: false });
      }
    }
  }

  private measure({ epoch, n }: Position): void {
    const { at } = this;
    this.entriesBehind = at?.epoch === epoch ? Math.max(0, n - at.n) : n;
  }

  private wake(): void {
    for (const wake of [...this.waiters]) wake();
  }
}
