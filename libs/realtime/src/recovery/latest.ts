/**
 * Which entry of each node was heard last. A node submits again what was not answered, and a Redis that has taken over may
 * not know that the one before had taken it, and told it.
 */
import type { JournalEntry } from './journal-entry';

/** Lives of nodes; those that have been silent for longest are forgotten first. */
const SOURCES_AT_MOST = 1_000;

export class Latest {
  private readonly seqs = new Map<string, number>();

  /** Notes it. @returns whether it, or a later one of its node, was heard before: each node submits in order. */
  repeats({ source, seq }: Pick<JournalEntry, 'source' | 'seq'>): boolean {
    const last = this.seqs.get(source);
    if (last !== undefined && seq <= last) return true;
    // To the end of the line of those that may be forgotten.
    if (last !== undefined) this.seqs.delete(source);
    this.seqs.set(source, seq);
    if (this.seqs.size > SOURCES_AT_MOST) this.forgetOldest();
    return false;
  }

  private forgetOldest(): void {
    const [oldest] = this.seqs.keys();
    if (oldest !== undefined) this.seqs.delete(oldest);
  }
}
