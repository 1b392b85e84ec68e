/** What this node has emitted and not heard yet from the journal: sent in order and once, held while the store is away. */
import { setTimeout as delay } from 'node:timers/promises';
import { WATCH_MS } from './journal';
import { encodeEntry, type JournalEntry } from './journal-entry';
import type { RecoveryFeed, RecoveryStore } from './recovery-store';

const AT_ONCE = 100;
const AT_MOST = 10_000;
const LOOK_MS = 250;
/** With a look, three seconds at most. */
const HOLD_MS = 3_000 - LOOK_MS;
const RETRY_MS = 100;

export interface Pending {
  readonly entry: JournalEntry;
  readonly payload: string;
  readonly since: number;
  /** Sockets that have left a room of it since it was emitted: it is still for them. */
  readonly left: Set<string>;
  /** Sockets that have come since: it is not for them. */
  readonly joined: Set<string>;
  /** Sockets that got it without the journal. */
  readonly told: Set<string>;
}

export interface SubmissionHooks {
  /** Delivers on this node without the journal. */
  tell(pending: Pending): void;
  /** The connection of a socket to this node is over. */
  left(socketId: string): boolean;
  /** The store has been away for too long. */
  away(): void;
  /** The store may be back: before what was told reaches it. Rejects where it is not. */
  returning(): Promise<void>;
  /** Everything that was told alone is in the journal. */
  back(): void;
}

export class Submissions {
  private readonly pending = new Map<number, Pending>();
  private unsent: Pending[] = [];
  private seq = 0;
  private sending = false;
  private closed = false;
  /** Delivering on this node without the journal. */
  private alone = false;
  /** Events of ours will never reach the others. */
  private gaveUp = false;
  private lastContact: number;
  /** The last entry that was told alone, until all of those have been heard. */
  private toldUpTo: number | null = null;
  private readonly timer = setInterval(() => this.look(), LOOK_MS).unref();

  constructor(
    private readonly source: string,
    private readonly store: RecoveryStore,
    private readonly feed: RecoveryFeed,
    private readonly hooks: SubmissionHooks,
    private readonly now: () => number,
  ) {
    this.lastContact = now();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
  }

  submit(content: Pick<JournalEntry, 'rooms' | 'except' | 'frames' | 'order'>): void {
    const entry = { source: this.source, seq: ++this.seq, ...content };
    const payload = encodeEntry(entry);
    if (!this.feed.shared) return void this.store.append(this.source, [{ ...entry, payload }]);
    const pending = {
      entry,
      payload,
      since: this.now(),
      left: new Set<string>(),
      joined: new Set<string>(),
      told: new Set<string>(),
    };
    this.pending.set(entry.seq, pending);
    this.unsent.push(pending);
    if (this.alone) this.hooks.tell(pending);
    if (this.unsent.length > AT_MOST) this.forgetOldest();
    void this.send();
  }

  /** The store has answered. */
  contact(): void {
    this.lastContact = this.now();
  }

  get cutOff(): boolean {
    return this.alone;
  }

  /** What a socket is due and has not got: it is about to be closed, and would never hear it. */
  dueTo(isFor: (entry: JournalEntry) => boolean, socketId: string): Pending[] {
    return [...this.pending.values()].filter(({ entry, told, joined, left }) => {
      if (entry.order || told.has(socketId) || joined.has(socketId)) return false;
      return left.has(socketId) || isFor(entry);
    });
  }

  /** The journal has told an entry of ours. */
  heard(seq: number): Pending | undefined {
    const pending = this.pending.get(seq);
    this.pending.delete(seq);
    return pending;
  }

  /** The journal has lost what it had not told: nothing more will be heard of it. */
  forgetSent(): void {
    const unsent = new Set(this.unsent);
    for (const [seq, pending] of this.pending) if (!unsent.has(pending)) this.pending.delete(seq);
  }

  joined(socketId: string, room: string, others: ReadonlySet<string>): void {
    for (const { entry, joined, left } of this.pending.values()) {
      if (!entry.rooms.includes(room) || left.has(socketId) || entry.rooms.some((each) => others.has(each))) continue;
      joined.add(socketId);
    }
  }

  left(socketId: string, room: string, before: ReadonlySet<string>): void {
    for (const { entry, left, joined } of this.pending.values()) {
      if (!entry.rooms.includes(room) || joined.has(socketId) || entry.except.some((each) => before.has(each)))
        continue;
      left.add(socketId);
    }
  }

  gone(socketId: string): void {
    for (const { left, joined } of this.pending.values()) {
      left.delete(socketId);
      joined.delete(socketId);
    }
  }

  // One call at a time keeps the order whatever happens to it; what comes meanwhile goes with the next.
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    while (this.unsent.length > 0 && !this.closed) {
      const batch = this.unsent.slice(0, AT_ONCE);
      try {
        if (this.alone) await this.hooks.returning();
        await this.store.append(
          this.source,
          batch.map((each) => ({ seq: each.entry.seq, rooms: each.entry.rooms, payload: this.payloadOf(each) })),
        );
        this.contact();
        const sent = new Set(batch);
        this.unsent = this.unsent.filter((each) => !sent.has(each));
        this.admitGap();
      } catch {
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
    this.sending = false;
  }

  // Who had it from this node alone, and has gone since, may have gone on elsewhere: there it must not come again.
  private payloadOf({ entry, payload, told }: Pending): string {
    const gone = [...told].filter((socketId) => this.hooks.left(socketId));
    return gone.length === 0 ? payload : encodeEntry({ ...entry, except: [...entry.except, ...gone] });
  }

  private look(): void {
    const [oldest] = this.pending.values();
    const now = this.now();
    // The journal asks the store now and then, also where nothing is submitted.
    const silence = this.feed.shared ? now - this.lastContact - WATCH_MS : 0;
    const age = Math.max(oldest ? now - oldest.since : 0, silence);
    if (this.alone && age < 2 * LOOK_MS) {
      this.alone = false;
      this.toldUpTo = this.seq;
    }
    if (!this.alone && age >= HOLD_MS) {
      this.alone = true;
      this.toldUpTo = null;
      this.hooks.away();
      for (const pending of this.pending.values()) this.hooks.tell(pending);
    }
    if (this.toldUpTo === null || (oldest && oldest.entry.seq <= this.toldUpTo)) return;
    this.toldUpTo = null;
    this.hooks.back();
  }

  private forgetOldest(): void {
    const oldest = this.unsent.shift();
    if (oldest) this.pending.delete(oldest.entry.seq);
    this.gaveUp = true;
  }

  private admitGap(): void {
    if (!this.gaveUp) return;
    this.gaveUp = false;
    this.submit({ rooms: [], except: [], frames: [], order: { kind: 'gap' } });
  }
}
