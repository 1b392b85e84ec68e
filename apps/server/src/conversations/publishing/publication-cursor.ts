/** Tracks how far this node has published one conversation, and how far all nodes have received it. */

export class PublicationCursor {
  /** The last published entry; the last entry to publish is `target`. */
  published: number;
  target: number;
  /** The value of `published` that the database has. */
  checkpoint: number;
  publishing: Promise<void> | null = null;
  private confirmed: number;
  /** The value of `published` when this node had emitted `unconfirmedEmitted` events in all. */
  private unconfirmed: number;
  private unconfirmedEmitted = 0;

  constructor(published: number) {
    this.published = this.target = this.checkpoint = this.confirmed = this.unconfirmed = published;
  }

  /** Whether this entry is the next one to publish, with no publication running. */
  isNext(seq: number): boolean {
    return this.publishing === null && seq === this.published + 1;
  }

  get isIdle(): boolean {
    return this.publishing === null && this.published >= this.target && this.published === this.checkpoint;
  }

  /** @returns the last entry that all nodes have received, given the numbers of events emitted and journaled so far. */
  advanceConfirmed({ emitted, journaled }: { emitted: number; journaled: number }): number {
    if (this.unconfirmedEmitted > journaled) return this.confirmed;
    this.confirmed = this.unconfirmed;
    this.unconfirmed = this.published;
    this.unconfirmedEmitted = emitted;
    return this.confirmed;
  }
}
