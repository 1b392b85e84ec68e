/** The ledger: what this browser has received of each stream since it joined, beside what the server has stored. */
import type { Client } from '@aeturnis/client';
import { signal } from '@preact/signals';
import { compareStreams, type Comparison, type StoredLine } from './compare-streams';
import { readChannel, readConversation, type ReadStored } from './stored-lines';

/** Lines that are committed while the server is asked may arrive a moment later. */
const SETTLE_MS = 2_500;
const SETTLE_STEP_MS = 250;

export interface LedgerTotals extends Comparison {
  readonly received: number;
  readonly stored: number;
}

interface Stream {
  readonly received: string[];
  /** Read again after a session had ended, until the event arrives as well. */
  readonly readAgain: Set<string>;
  readonly readStored: ReadStored;
}

const NOTHING: LedgerTotals = { received: 0, stored: 0, missed: 0, doubled: 0, outOfOrder: 0 };

export class Ledger {
  readonly received = signal(0);
  /** Of the latest comparison; undefined before the first one. */
  readonly verdict = signal<LedgerTotals | undefined>(undefined);
  readonly isComparing = signal(false);
  private readonly streams = new Map<string, Stream>();
  private comparing: Promise<LedgerTotals> | undefined;

  constructor(
    private readonly client: Client,
    private readonly getToken: () => Promise<string>,
    private readonly onReadAgain: (lines: number) => void,
  ) {}

  /** Begins with what is newest now. */
  async followChannel(): Promise<void> {
    if (this.streams.has('global')) return;
    // Lines that arrive before the answer are sorted out by it.
    const waiting: string[] = [];
    const stop = this.client.on('chat:message', ({ channel, id }) => {
      if (channel === 'global') waiting.push(id);
    });
    const { messages } = await this.client.request('chat:history', { channel: 'global', limit: 1 });
    stop();
    const newest = BigInt(messages[0]?.id ?? 0);
    this.add('global', () => readChannel(this.client, newest));
    for (const id of waiting) if (BigInt(id) > newest) this.record('global', id);
  }

  followConversation(conversationId: string, afterSeq: number): void {
    if (this.streams.has(conversationId)) return;
    this.add(conversationId, () => readConversation(conversationId, afterSeq, this.getToken));
  }

  unfollow(stream: string): void {
    this.streams.delete(stream);
    this.count();
  }

  record(name: string, id: string): void {
    const stream = this.streams.get(name);
    if (!stream || stream.readAgain.delete(id)) return;
    stream.received.push(id);
    this.count();
  }

  /** After a session that was not resumed: reads what was stored meanwhile, as every client does. */
  async readAgain(): Promise<void> {
    for (const stream of this.streams.values()) {
      const received = new Set(stream.received);
      const unseen = (await stream.readStored()).filter(({ id }) => !received.has(id));
      for (const { id } of unseen) stream.readAgain.add(id);
      stream.received.push(...unseen.map(({ id }) => id));
      this.onReadAgain(unseen.length);
    }
    this.count();
  }

  /** Asks the server. A call during a comparison waits for it. @throws RequestError */
  compare(): Promise<LedgerTotals> {
    return (this.comparing ??= this.compareSettled().finally(() => {
      this.comparing = undefined;
      this.isComparing.value = false;
    }));
  }

  private async compareSettled(): Promise<LedgerTotals> {
    this.isComparing.value = true;
    let totals = NOTHING;
    for (const { received, readStored } of [...this.streams.values()]) {
      const before = [...received];
      const stored = await readStored();
      let found = compareStreams(received, stored);
      for (let waited = 0; found.missed > 0 && waited < SETTLE_MS; waited += SETTLE_STEP_MS) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE_STEP_MS));
        found = compareStreams(received, stored);
      }
      totals = {
        received: totals.received + countUntil(before, received, stored),
        stored: totals.stored + stored.length,
        missed: totals.missed + found.missed,
        doubled: totals.doubled + found.doubled,
        outOfOrder: totals.outOfOrder + found.outOfOrder,
      };
    }
    return (this.verdict.value = totals);
  }

  private add(name: string, readStored: ReadStored): void {
    this.streams.set(name, { received: [], readAgain: new Set(), readStored });
  }

  private count(): void {
    let received = 0;
    for (const stream of this.streams.values()) received += stream.received.length;
    this.received.value = received;
  }
}

/** How many different lines were received up to this comparison; those that arrived during it count if they are part of it. */
function countUntil(before: readonly string[], received: readonly string[], stored: readonly StoredLine[]): number {
  const compared = new Set(stored.map(({ id }) => id));
  return new Set([...before, ...received.filter((id) => compared.has(id))]).size;
}
