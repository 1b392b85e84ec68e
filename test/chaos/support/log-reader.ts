/**
 * A member who keeps the log of a conversation as clients are told to: applies what comes, drops what it has had, and
 * asks for the rest where the connection is a new one, the server owns up to a gap, or an answer was limited.
 */
import type { SyncedConversation, SyncedEvent, SyncPage } from '@aeturnis/contracts';
import { isEntry } from '../../support/conversation-cluster';
import { type TestClient, until } from '../../support/client';

const ASK_AGAIN_MS = 30_000;

export class LogReader {
  /** As applied: in order, without a gap. */
  readonly log: SyncedEvent[] = [];
  /** Entries that came live and were not the next one, where nothing had been said of a gap. */
  readonly untold: number[] = [];
  /** Entries that came live, or by a replay, more often than once, between one connection that was not recovered and the next. */
  readonly doubled: string[] = [];
  asked = 0;
  /** The offsets by which they came. */
  private live = new Map<number, string>();
  private readonly ahead = new Map<number, SyncedEvent>();
  /** How often it may have missed something, how many of these times a sync can make up for now, and how many one did. */
  private gaps = 0;
  private closable = 0;
  private closed = 0;
  private catchingUp: Promise<void> | null = null;

  constructor(
    private readonly client: TestClient,
    private readonly conversationId: string,
  ) {
    for (const { event, payload } of client.received) this.hear(event, payload);
    client.socket.onAny((event: string, payload: unknown, offset?: string) => this.hear(event, payload, offset));
    client.socket.on('connect', () => {
      if (!client.socket.recovered) this.beginAnew();
      // A connection that broke before its `system:sync` came gets none when it is recovered.
      else this.close(this.gaps);
    });
  }

  get last(): number {
    return this.log.length;
  }

  /** Settles when it has everything up to there. */
  async has(seq: number, timeoutMs: number): Promise<void> {
    const found = (): string => `${this.last} of ${seq}, then ${[...this.ahead.keys()].slice(0, 3).join()}`;
    await until(() => this.last >= seq, 'the whole log', timeoutMs).catch((error: unknown) => {
      throw new Error(`a reader has ${found()}`, { cause: error });
    });
    await this.catchingUp;
  }

  private hear(event: string, payload: unknown, offset = 'no offset'): void {
    if (event === 'system:resync') this.gaps++;
    // From here on the connection is in the room.
    if (event === 'system:resync' || event === 'system:sync') this.close(this.gaps);
    if (!isEntry(event, payload, this.conversationId)) return;
    const { seq } = payload;
    const known = this.live.get(seq);
    if (known !== undefined) this.doubled.push(`${seq} at ${known} and at ${offset}`);
    this.live.set(seq, offset);
    if (seq > this.last + 1 && this.closed === this.gaps) this.untold.push(seq);
    this.take({ seq, type: event, data: payload } as SyncedEvent);
  }

  private beginAnew(): void {
    this.gaps++;
    this.live = new Map();
  }

  private take(entry: SyncedEvent): void {
    if (entry.seq <= this.last) return;
    this.ahead.set(entry.seq, entry);
    for (let next = this.ahead.get(this.last + 1); next; next = this.ahead.get(this.last + 1)) {
      this.ahead.delete(next.seq);
      this.log.push(next);
    }
  }

  private close(gap: number): void {
    this.closable = gap;
    if (this.closed < gap) this.catchingUp ??= this.catchUp().finally(() => (this.catchingUp = null));
  }

  private async catchUp(): Promise<void> {
    while (this.closed < this.closable) {
      const gap = this.closable;
      for (let more = true; more;) {
        const { events, limited = false } = await this.missed();
        for (const entry of events) this.take(entry);
        more = limited;
      }
      this.closed = gap;
    }
  }

  /** Asks until it is answered: the connection may break meanwhile. */
  private async missed(): Promise<SyncedConversation> {
    const cursors = { [this.conversationId]: this.last };
    let answer: SyncedConversation | undefined;
    const answered = async (): Promise<boolean> => {
      if (!this.client.socket.connected) return false;
      this.asked++;
      const page = await this.client.send('conversation:sync', { cursors }).catch(() => null);
      answer = page?.success ? (page as unknown as SyncPage).conversations[this.conversationId] : undefined;
      return answer !== undefined;
    };
    await until(answered, 'an answer to a sync', ASK_AGAIN_MS);
    return answer ?? { events: [], head: 0 };
  }
}
