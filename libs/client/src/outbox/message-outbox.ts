/**
 * Messages that are on their way. An entry is stored before it is sent and removed after the server has stored it, so that
 * it survives cuts, reloads and closed tabs; the server recognises a repetition by its `tempId`. One tab sends at a time, and
 * the entries of a conversation in their order.
 */
import type { MAX_CONTENT } from '@aeturnis/contracts';
import { lastItem } from '../base/last-item';
import { Backoff } from '../base/backoff';
import type { Cancel, ClientClock } from '../base/clock';
import { RequestError } from '../base/request-error';
import { SingleRun } from '../base/single-run';
import { type ReadableStore, Store, type Unsubscribe } from '../base/store';
import { toWireId } from '../base/wire-id';
import type { OutboxEntry, OutboxStorage } from './outbox-storage';
import { ResilientStorage } from './resilient-storage';
import type { Tabs } from './tabs';

/** Entries of one user, failed ones included. */
const MAX_ENTRIES = 1_000;
/** The contract's, which is imported as a type alone. A server closes the connection of a client that sends much more. */
const MAX_CODE_POINTS: typeof MAX_CONTENT = 10_000;
const RETRY = { firstMs: 500, maxMs: 15_000 };
/** Until a device that has failed to list its entries is asked once more. */
const RELIST_MS = 5_000;

export interface OutboxSteps {
  /** The user who writes now. */
  author(): string | undefined;
  /** Sends one message. Rejects with a `RequestError`. */
  transmit(entry: OutboxEntry): Promise<void>;
}

export class MessageOutbox {
  private readonly listed = new Store<readonly OutboxEntry[]>([]);
  /** The `tempId` of the entry that this tab is sending. */
  readonly sending = new Store<string | undefined>(undefined);
  private readonly storage: ResilientStorage;
  private readonly backoff: Backoff;
  private userId: string | undefined;
  private lastOrder = 0;
  private isLive = false;
  /** Resolves once the entries of the current user are listed. */
  private listing: Promise<void> | undefined;
  private isListed = false;
  /** Entries that are being stored. */
  private adding = 0;
  private cancelRelist: Cancel = () => undefined;
  private readonly draining = new SingleRun(() => this.drainOnce());
  private endPause: () => void = () => undefined;
  private readonly stopListening: Unsubscribe;

  constructor(
    private readonly clock: ClientClock,
    storage: OutboxStorage,
    private readonly tabs: Tabs,
    private readonly steps: OutboxSteps,
  ) {
    this.storage = new ResilientStorage(storage, clock);
    this.backoff = new Backoff(clock, RETRY);
    this.stopListening = tabs.onChange(() => this.wake());
  }

  /** The entries of the current user, in the order of sending, with those of other tabs. */
  get entries(): ReadableStore<readonly OutboxEntry[]> {
    return this.listed;
  }

  /** False if the device refuses to store: what waits is lost with the page. */
  get isPersistent(): boolean {
    return this.storage.isPersistent;
  }

  /** Shows the entries of this user; they are sent once the server has accepted it. */
  onUser(userId: string): void {
    if (userId === this.userId) return;
    this.isListed = false;
    this.listed.set([]);
    this.userId = userId;
    this.listing = this.refresh(userId);
  }

  /** The server has accepted this user. */
  onLive(userId: string): void {
    this.onUser(userId);
    this.isLive = true;
    this.backoff.reset();
    this.endPause();
    this.wake();
  }

  onLost(): void {
    this.isLive = false;
    this.cancelRelist();
    // Another tab may have a connection: it sends as soon as this one has ended its turn.
    this.endPause();
  }

  /** After the connection: stops listening to other tabs, and gives the device back what it holds. */
  close(): void {
    this.stopListening();
    void this.draining.wake().then(() => this.storage.close());
  }

  /**
   * Resolves once the message is stored on this device.
   * @throws RequestError `VALIDATION` if it is too long, `OUTBOX_FULL`, or `CLOSED` if its author is unknown.
   */
  async add(message: Pick<OutboxEntry, 'tempId' | 'conversationId' | 'content'>): Promise<OutboxEntry> {
    checkLength(message.content);
    const userId = this.steps.author();
    if (userId === undefined) throw new RequestError('CLOSED', 'the author is unknown: connect, or give getUserId');
    if (userId !== this.userId) throw new RequestError('CLOSED', 'another user is connected now');
    await this.listing;
    if (this.listed.get().length + this.adding >= MAX_ENTRIES)
      throw new RequestError('OUTBOX_FULL', `${MAX_ENTRIES} messages wait already`, { retryable: true });
    // After those of earlier pages too, whatever the clock of the device says.
    const latest = lastItem(this.listed.get())?.order ?? 0;
    this.lastOrder = Math.max(this.lastOrder + 1, latest + 1, this.clock.now());
    const conversationId = toWireId(message.conversationId);
    const entry: OutboxEntry = { ...message, conversationId, userId, order: this.lastOrder };
    this.adding++;
    await this.storage.put(entry);
    this.adding--;
    if (userId === this.userId) this.listed.set([...this.listed.get(), entry]);
    this.changed();
    return entry;
  }

  /** Sends a refused message again. */
  async retry(tempId: string): Promise<void> {
    const entry = this.find(tempId);
    if (!entry?.failure) return;
    const { failure: _, ...again } = entry;
    await this.storage.put(again);
    this.changed();
  }

  /** Gives a message up. One that is on its way may still arrive. */
  async discard(tempId: string): Promise<void> {
    const entry = this.find(tempId);
    if (!entry) return;
    await this.storage.remove(entry);
    this.changed();
  }

  /** Resolves once the user is known and nothing waits: each entry is stored by the server, refused for good, or discarded. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      const unsubscribe = this.listed.subscribe((entries) => {
        if (!this.isListed || !entries.every(({ failure }) => failure)) return;
        resolve();
        void Promise.resolve().then(() => unsubscribe());
      });
    });
  }

  private find(tempId: string): OutboxEntry | undefined {
    return this.listed.get().find((entry) => entry.tempId === tempId);
  }

  private changed(): void {
    this.tabs.announceChange();
    this.wake();
  }

  private wake(): void {
    void this.draining.wake();
  }

  private async drainOnce(): Promise<void> {
    const { userId } = this;
    if (userId === undefined) return;
    await this.refresh(userId);
    if (!this.isLive || !this.next(userId)) return;
    await this.tabs.exclusively(`outbox ${userId}`, () => this.drain(userId));
  }

  private async drain(userId: string): Promise<void> {
    for (;;) {
      // Another tab may have sent what this one has listed.
      await this.refresh(userId);
      const entry = this.isLive ? this.next(userId) : undefined;
      if (!entry) return;
      await this.send(entry);
    }
  }

  private async send(entry: OutboxEntry): Promise<void> {
    this.sending.set(entry.tempId);
    try {
      // It may have been stored by an earlier version.
      checkLength(entry.content);
      await this.steps.transmit(entry);
      await this.storage.remove(entry);
      this.backoff.reset();
      this.tabs.announceChange();
    } catch (error) {
      // Without a connection, or under another user, nothing was refused: the entry waits.
      if (!this.isLive || entry.userId !== this.userId) return;
      // An error of another kind is a defect: the entry would fail again.
      const { code = 'INTERNAL', message = '', retryable, retryAfterMs = 0 } = error as Partial<RequestError>;
      this.sending.set(undefined);
      if (retryable) return await this.pause(Math.max(this.backoff.nextMs(), retryAfterMs));
      await this.storage.put({ ...entry, failure: { code, message } });
      this.tabs.announceChange();
    } finally {
      this.sending.set(undefined);
    }
  }

  /** Ends early when a new connection is there. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ms, resolve);
      this.endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  private async refresh(userId: string): Promise<void> {
    const entries = await this.storage.list(userId);
    if (userId !== this.userId) return;
    this.isListed = true;
    this.listed.set(entries);
    this.cancelRelist();
    if (this.isLive && !this.storage.isCurrent) this.cancelRelist = this.clock.after(RELIST_MS, () => this.wake());
  }

  private next(userId: string): OutboxEntry | undefined {
    return this.listed.get().find((entry) => entry.userId === userId && !entry.failure);
  }
}

function checkLength(content: string): void {
  // A code point has at most two units: a huge text is not copied.
  if (content.length <= MAX_CODE_POINTS * 2 && [...content].length <= MAX_CODE_POINTS) return;
  throw new RequestError('VALIDATION', 'content is too long');
}
