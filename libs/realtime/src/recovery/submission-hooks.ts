/** What `Submissions` tells the rest of recovery, and what can be measured of it. */
import type { Pending } from './pending-entries';

/**
 * Why other nodes never get an event: this node held too many of them, or too many orders, or the journal that they were
 * sent to is not there any more.
 */
export type GivenUp = 'event_given_up' | 'order_given_up' | 'journal_replaced';

export interface SubmissionHooks {
  /** Delivers on this node without the journal. */
  tell(pending: Pending): void;
  /** The store has been away for too long. */
  away(): void;
  /** All that was pending then has been delivered on this node. */
  deliveredPending(): void;
  /** Everything that was told alone is in the journal. */
  back(): void;
  /** Everything up to there has been heard. */
  settled(seq: number): void;
  /** One entry will never reach other nodes. */
  gaveUp(reason: GivenUp): void;
}

/** What a node has emitted, as far as it has not received it back from the journal. */
export interface JournalBacklog {
  readonly pendingEntries: number;
  readonly pendingBytes: number;
  /** Those among them that wait to be appended. */
  readonly unsentEntries: number;
  readonly unsentBytes: number;
  /** For how long the oldest of them has been pending, in milliseconds. */
  readonly lateMs: number;
}

export interface JournalLag extends JournalBacklog {
  /** Entries that the journal had, and this node had not received, when it last asked. */
  readonly behindEntries: number;
}
