/**
 * The backlog of `JournalProducer`, in order and measured in bytes: entries that were emitted and not yet received from the journal.
 * The latest of them are unsent, which means that the store has not acknowledged them.
 */
import type { JournalBacklog } from '../../base/metrics/delivery-metrics';
import type { JournalEntry } from './journal-entry';
import { orderStreamOf, type AppendRequest, type VersionedEvent } from '../stores/resume-store';

/** Memory of an entry beside its payload, so that the bound in bytes also holds for many small entries. */
const OVERHEAD_BYTES = 256;

export interface PendingEntry {
  readonly entry: JournalEntry;
  readonly payload: string;
  readonly pendingSince: number;
  /** The sockets of this node received it without the journal. */
  isDeliveredLocally: boolean;
  readonly versioned: VersionedEvent | undefined;
  /** Called when the journal delivers the entry back to this node. */
  onJournaled: () => void;
}

export class PendingEntries {
  private readonly bySeq = new Map<number, PendingEntry>();
  /** The entries that have a `dedupId`, by it. */
  private readonly byDedupId = new Map<string, PendingEntry>();
  private unsent: PendingEntry[] = [];
  /** How many of `unsent` are orders. */
  private unsentOrderCount = 0;
  private heldBytes = 0;

  get bytes(): number {
    return this.heldBytes;
  }

  get size(): number {
    return this.bySeq.size;
  }

  get unsentEvents(): number {
    return this.unsent.length - this.unsentOrderCount;
  }

  get unsentOrders(): number {
    return this.unsentOrderCount;
  }

  get oldestUnsent(): PendingEntry | undefined {
    return this.unsent[0];
  }

  get backlog(): Omit<JournalBacklog, 'lateMs'> {
    const unsentBytes = this.unsent.reduce((bytes, entry) => bytes + pendingBytesOf(entry), 0);
    return { pendingEntries: this.size, pendingBytes: this.bytes, unsentEntries: this.unsent.length, unsentBytes };
  }

  get oldest(): PendingEntry | undefined {
    const [oldest] = this.bySeq.values();
    return oldest;
  }

  get(seq: number): PendingEntry | undefined {
    return this.bySeq.get(seq);
  }

  /** In the order of emission; removing entries during the iteration is allowed. */
  [Symbol.iterator](): IterableIterator<PendingEntry> {
    return this.bySeq.values();
  }

  add(pending: PendingEntry): void {
    const { seq, dedupId } = pending.entry;
    this.bySeq.set(seq, pending);
    if (dedupId !== undefined) this.byDedupId.set(dedupId, pending);
    this.heldBytes += pendingBytesOf(pending);
    this.unsent.push(pending);
    if (pending.entry.order) this.unsentOrderCount++;
  }

  firstUnsent(count: number): PendingEntry[] {
    return this.unsent.slice(0, count);
  }

  /** The store has acknowledged these entries. Some may have been dropped meanwhile. */
  markSent(batch: readonly PendingEntry[]): void {
    const sent = new Set(batch);
    this.unsent = this.unsent.filter((pending) => {
      if (!sent.has(pending)) return true;
      if (pending.entry.order) this.unsentOrderCount--;
      return false;
    });
  }

  /** Drops the oldest unsent order or event: events do not displace orders, nor vice versa. @returns false without one. */
  dropOldestUnsent(isOrder: boolean): boolean {
    const index = this.unsent.findIndex(({ entry }) => (entry.order !== undefined) === isOrder);
    const [oldest] = index < 0 ? [] : this.unsent.splice(index, 1);
    if (!oldest) return false;
    if (isOrder) this.unsentOrderCount--;
    this.remove(oldest.entry.seq);
    return true;
  }

  remove(seq: number): void {
    const pending = this.bySeq.get(seq);
    if (!pending) return;
    const { dedupId } = pending.entry;
    this.bySeq.delete(seq);
    if (dedupId !== undefined) this.byDedupId.delete(dedupId);
    this.heldBytes -= pendingBytesOf(pending);
  }

  /** Merges a second publish of a pending event into it: the journal accepts only the first. @returns false without such an event. */
  mergeDuplicate(dedupId: string | undefined, isDeliveredLocally: boolean, onJournaled: () => void): boolean {
    const pending = this.findByDedupId(dedupId);
    if (!pending) return false;
    const { onJournaled: previous } = pending;
    pending.isDeliveredLocally ||= isDeliveredLocally;
    pending.onJournaled = () => {
      previous();
      onJournaled();
    };
    return true;
  }

  /**
   * The journal has delivered an entry of another node. If the same event is pending here, it now counts as delivered to the
   * sockets of this node. @returns the number of the pending entry if they had received it before that.
   */
  markDeliveredElsewhere(dedupId: string | undefined): number | undefined {
    const pending = this.findByDedupId(dedupId);
    if (pending?.isDeliveredLocally === true) return pending.entry.seq;
    if (pending) pending.isDeliveredLocally = true;
    return undefined;
  }

  private findByDedupId(dedupId: string | undefined): PendingEntry | undefined {
    return dedupId === undefined ? undefined : this.byDedupId.get(dedupId);
  }
}

const pendingBytesOf = ({ payload }: PendingEntry): number => payload.length + OVERHEAD_BYTES;

export const dedupIdOf = (versioned: VersionedEvent | undefined): string | undefined =>
  versioned?.dedupKey === undefined ? undefined : `${versioned.version} ${versioned.dedupKey} ${versioned.key}`;

/** Orders have a stream of their own per user: a restore applies them independently of the client's offset. */
export function appendRequestOf({ entry: { seq, rooms, order }, payload, versioned }: PendingEntry): AppendRequest {
  const request = { seq, rooms, payload, versioned };
  if (!order || order.kind === 'gap') return request;
  const joined = order.kind === 'join' && { admittedRoom: order.room };
  return { ...request, rooms: [orderStreamOf(order.userId)], ...joined };
}
