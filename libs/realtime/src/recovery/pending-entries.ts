/** The entries that a node has emitted and not yet received from the journal: in order, measured, and found by their event. */
import type { JournalEntry } from './journal-entry';
import { ordersOf, type Submission, type VersionedEvent } from './recovery-store';

/** What an entry costs beside its payload, so that a bound in bytes holds for many small ones as well. */
const OVERHEAD_BYTES = 256;

export interface Pending {
  readonly entry: JournalEntry;
  readonly payload: string;
  readonly since: number;
  /** The sockets here got it without the journal. */
  told: boolean;
  readonly versioned: VersionedEvent | undefined;
  /** The journal has it. */
  settle: () => void;
}

export class PendingEntries {
  private readonly bySeq = new Map<number, Pending>();
  /** Those that have one, by `dedupId`. */
  private readonly byDedupId = new Map<string, Pending>();
  private heldBytes = 0;

  get bytes(): number {
    return this.heldBytes;
  }

  get size(): number {
    return this.bySeq.size;
  }

  get oldest(): Pending | undefined {
    const [oldest] = this.bySeq.values();
    return oldest;
  }

  get(seq: number): Pending | undefined {
    return this.bySeq.get(seq);
  }

  /** In the order in which they were emitted; removing them on the way is allowed. */
  [Symbol.iterator](): IterableIterator<Pending> {
    return this.bySeq.values();
  }

  add(pending: Pending): void {
    const { seq, dedupId } = pending.entry;
    this.bySeq.set(seq, pending);
    if (dedupId !== undefined) this.byDedupId.set(dedupId, pending);
    this.heldBytes += costOf(pending);
  }

  remove(seq: number): void {
    const pending = this.bySeq.get(seq);
    if (!pending) return;
    const { dedupId } = pending.entry;
    this.bySeq.delete(seq);
    if (dedupId !== undefined) this.byDedupId.delete(dedupId);
    this.heldBytes -= costOf(pending);
  }

  /** Of two entries of one event the journal would take the first alone. @returns false where there is none to merge with. */
  merge(dedupId: string | undefined, told: boolean, settle: () => void): boolean {
    const same = this.ofEvent(dedupId);
    if (!same) return false;
    const { settle: before } = same;
    same.told ||= told;
    same.settle = () => {
      before();
      settle();
    };
    return true;
  }

  /**
   * The journal has delivered an entry of another node. Where the same event is pending here, the sockets of this node have
   * had it from now on. @returns the number of the pending entry if they have had it before.
   */
  heardElsewhere(dedupId: string | undefined): number | undefined {
    const same = this.ofEvent(dedupId);
    if (same?.told === true) return same.entry.seq;
    if (same) same.told = true;
    return undefined;
  }

  private ofEvent(dedupId: string | undefined): Pending | undefined {
    return dedupId === undefined ? undefined : this.byDedupId.get(dedupId);
  }
}

export const costOf = ({ payload }: Pending): number => payload.length + OVERHEAD_BYTES;

export const dedupIdOf = (versioned: VersionedEvent | undefined): string | undefined =>
  versioned?.dedupKey === undefined ? undefined : `${versioned.version} ${versioned.dedupKey} ${versioned.key}`;

/** Orders are kept apart from events: they bind whatever offset is named. */
export function submissionOf({ entry: { seq, rooms, order }, payload, versioned }: Pending): Submission {
  return { seq, rooms: order && order.kind !== 'gap' ? [ordersOf(order.userId)] : rooms, payload, versioned };
}
