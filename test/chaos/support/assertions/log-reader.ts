/**
 * A client that keeps the log of a conversation as the protocol prescribes: it applies live entries, drops duplicates, and
 * syncs after a new session and after each gap that `system:resync` reports, until an answer is not limited any more.
 */
import type { SyncedConversation, SyncedEvent, SyncPage } from '@aeturnis/contracts';
import { isLogEntry } from '../../../support/domains/conversation-user';
import { type TestClient, waitUntil } from '../../../support/clients/client';

const SYNC_TIMEOUT_MS = 30_000;

export class LogReader {
  /** The applied entries: in order, without gaps. */
  readonly log: SyncedEvent[] = [];
  /** Live entries that skipped a sequence number although no gap was reported. */
  readonly unannouncedGaps: number[] = [];
  /** Entries that arrived live or by replay more than once within one session. */
  readonly duplicates: string[] = [];
  syncCount = 0;
  /** Offset by sequence number, of the entries that arrived in this session. */
  private liveOffsets = new Map<number, string>();
  private readonly outOfOrder = new Map<number, SyncedEvent>();
  /** The number of possible gaps so far: one for each new session, and one for each `system:resync`. */
  private gapCount = 0;
  /** The first so many gaps can be closed by a sync that starts now. */
  private closableGaps = 0;
  /** The first so many gaps have been closed by a sync. */
  private closedGaps = 0;
  private pendingSync: Promise<void> | null = null;

  constructor(
    private readonly client: TestClient,
    private readonly conversationId: string,
  ) {
    for (const { event, payload } of client.received) this.onEvent(event, payload);
    client.socket.onAny((event: string, payload: unknown, offset?: string) => this.onEvent(event, payload, offset));
    client.socket.on('connect', () => {
      if (!client.socket.recovered) this.startNewSession();
      // A resumed session may get no `system:sync`: the server sent it before, but the connection broke before it arrived.
      else this.syncGaps();
    });
  }

  get lastSeq(): number {
    return this.log.length;
  }

  /** Resolves when the log is complete up to `seq` and no sync is in progress. */
  async waitForSeq(seq: number, timeoutMs: number): Promise<void> {
    const state = (): string => `${this.lastSeq} of ${seq}, then ${[...this.outOfOrder.keys()].slice(0, 3).join()}`;
    await waitUntil(() => this.lastSeq >= seq, 'the whole log', timeoutMs).catch((error: unknown) => {
      throw new Error(`the log of a reader is incomplete: ${state()}`, { cause: error });
    });
    await this.pendingSync;
  }

  private onEvent(event: string, payload: unknown, offset = 'no offset'): void {
    if (event === 'system:resync') this.gapCount++;
    // With `system:sync` the connection is in its rooms: what a sync started now does not return arrives live.
    if (event === 'system:resync' || event === 'system:sync') this.syncGaps();
    if (!isLogEntry(event, payload, this.conversationId)) return;
    const { seq } = payload;
    const known = this.liveOffsets.get(seq);
    if (known !== undefined) this.duplicates.push(`${seq} at ${known} and at ${offset}`);
    this.liveOffsets.set(seq, offset);
    if (seq > this.lastSeq + 1 && this.closedGaps === this.gapCount) this.unannouncedGaps.push(seq);
    this.apply({ seq, type: event, data: payload } as SyncedEvent);
  }

  private startNewSession(): void {
    this.gapCount++;
    this.liveOffsets = new Map();
  }

  private apply(entry: SyncedEvent): void {
    if (entry.seq <= this.lastSeq) return;
    this.outOfOrder.set(entry.seq, entry);
    for (let next = this.outOfOrder.get(this.lastSeq + 1); next; next = this.outOfOrder.get(this.lastSeq + 1)) {
      this.outOfOrder.delete(next.seq);
      this.log.push(next);
    }
  }

  /** Closes all gaps so far by a sync. A sync in progress is followed by another one. */
  private syncGaps(): void {
    this.closableGaps = this.gapCount;
    if (this.closedGaps < this.closableGaps)
      this.pendingSync ??= this.catchUp().finally(() => (this.pendingSync = null));
  }

  private async catchUp(): Promise<void> {
    while (this.closedGaps < this.closableGaps) {
      const gaps = this.closableGaps;
      for (let more = true; more;) {
        const { events, limited = false } = await this.fetchMissed();
        for (const entry of events) this.apply(entry);
        more = limited;
      }
      this.closedGaps = gaps;
    }
  }

  /** Repeats the sync until it is answered, because the connection may break in between. */
  private async fetchMissed(): Promise<SyncedConversation> {
    const cursors = { [this.conversationId]: this.lastSeq };
    let answer: SyncedConversation | undefined;
    const answered = async (): Promise<boolean> => {
      if (!this.client.socket.connected) return false;
      this.syncCount++;
      const page = await this.client.send('conversation:sync', { cursors }).catch(() => null);
      answer = page?.success ? (page as unknown as SyncPage).conversations[this.conversationId] : undefined;
      return answer !== undefined;
    };
    await waitUntil(answered, 'an answer to a sync', SYNC_TIMEOUT_MS);
    return answer ?? { events: [], head: 0 };
  }
}
