/** The ledger: what this browser has received of each stream since it joined, beside what the server has stored. */
import type { Client } from '@aeturnis/client';
import { signal } from '@preact/signals';
import { compareStreams, type Comparison, type StoredLine, sumOf } from './compare-streams';
import { readChannel, readConversation, type ReadStored } from './stored-lines';

/** Lines that are committed while the server is asked may arrive a moment later. */
const SETTLE_MS = 2_500;
const SETTLE_STEP_MS = 250;
/** The ledger compares by itself after this many lines of a stream. */
const COMPARED_EACH = 1_000;
/** With this many lines after it, a fault counts for good. */
const MAX_PENDING = 1_500;
/** The newest lines are compared again: one may be committed after a line with a higher number. */
const RECENT = 200;

interface Stream {
  /** Lines up to here were stored before the stream was followed. */
  readonly start: number;
  /** Lines up to here are compared for good: only their totals are kept. */
  cursor: number;
  totals: Comparison;
  /** The positions of later lines, in the order of their arrival. */
  received: number[];
  /** Read again after a session had ended, until the event arrives as well. */
  readonly readAgain: Set<number>;
  readonly readStored: ReadStored;
}

const NOTHING: Comparison = { received: 0, stored: 0, missed: 0, doubled: 0, outOfOrder: 0 };

export class Ledger {
  readonly received = signal(0);
  /** Of the latest comparison; undefined before the first one. */
  readonly verdict = signal<Comparison | undefined>(undefined);
  readonly isComparing = signal(false);
  private readonly streams = new Map<string, Stream>();
  private comparing: Promise<Comparison> | undefined;

  constructor(
    private readonly client: Client,
    private readonly getToken: () => Promise<string>,
    private readonly onReadAgain: (lines: number) => void,
  ) {}

  /** Begins with what is newest now. */
  async followChannel(): Promise<void> {
    if (this.streams.has('global')) return;
    // Lines that arrive before the answer are sorted out by it.
    const waiting: number[] = [];
    const stop = this.client.on('chat:message', ({ channel, id }) => {
      if (channel === 'global') waiting.push(Number(id));
    });
    const { messages } = await this.client.request('chat:history', { channel: 'global', limit: 1 });
    stop();
    this.add('global', Number(messages[0]?.id ?? 0), (after) => readChannel(this.client, after));
    for (const position of waiting) this.record('global', position);
  }

  followConversation(conversationId: string, afterSeq: number): void {
    if (this.streams.has(conversationId)) return;
    this.add(conversationId, afterSeq, (after) => readConversation(conversationId, after, this.getToken));
  }

  unfollow(stream: string): void {
    this.streams.delete(stream);
    this.count();
  }

  record(name: string, position: number): void {
    const stream = this.streams.get(name);
    if (!stream || position <= stream.start || stream.readAgain.delete(position)) return;
    if (position <= stream.cursor) stream.totals = sumOf(stream.totals, { ...NOTHING, doubled: 1 });
    else if (stream.received.push(position) % COMPARED_EACH === 0) this.compare().catch(() => undefined);
    this.count();
  }

  /** After a session that was not resumed: reads what was stored meanwhile, as every client does. */
  async readAgain(): Promise<void> {
    for (const stream of this.streams.values()) {
      for (let from = stream.cursor, hasMore = true; hasMore;) {
        const part = await stream.readStored(from);
        const received = new Set(stream.received);
        const positions = part.lines.map(({ position }) => position);
        const unseen = positions.filter((position) => position > stream.cursor && !received.has(position));
        for (const position of unseen) stream.readAgain.add(position);
        stream.received.push(...unseen);
        this.onReadAgain(unseen.length);
        from = positions.at(-1) ?? from;
        ({ hasMore } = part);
      }
    }
    this.count();
  }

  /** Asks the server. A call during a comparison waits for it. @throws RequestError */
  compare(): Promise<Comparison> {
    return (this.comparing ??= this.compareAll().finally(() => {
      this.comparing = undefined;
      this.isComparing.value = false;
    }));
  }

  private async compareAll(): Promise<Comparison> {
    this.isComparing.value = true;
    let totals = NOTHING;
    for (const stream of [...this.streams.values()]) totals = sumOf(totals, await compareStream(stream));
    return (this.verdict.value = totals);
  }

  private add(name: string, start: number, readStored: ReadStored): void {
    this.streams.set(name, { start, cursor: start, totals: NOTHING, received: [], readAgain: new Set(), readStored });
  }

  private count(): void {
    let received = 0;
    for (const stream of this.streams.values()) received += stream.totals.received + stream.received.length;
    this.received.value = received;
  }
}

/** @returns the totals since the stream is followed. */
async function compareStream(stream: Stream): Promise<Comparison> {
  const before = [...stream.received];
  const { after, lines, hasMore } = await stream.readStored(stream.cursor);
  if (after > stream.cursor) moveStart(stream, after);
  let found = compareStreams(stream.received, lines);
  for (let waited = 0; found.missed > 0 && waited < SETTLE_MS; waited += SETTLE_STEP_MS) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_STEP_MS));
    found = compareStreams(stream.received, lines);
  }
  const stored = new Set(lines.map(({ position }) => position));
  // Lines that were received before the server was asked, and are not stored, count as received.
  const unstored = hasMore ? [] : before.filter((position) => position > stream.cursor && !stored.has(position));
  const totals = sumOf(stream.totals, { ...found, received: found.received + new Set(unstored).size });
  const faults = unstored.length + found.missed + found.doubled + found.outOfOrder;
  if (faults > 0 && stream.received.length <= MAX_PENDING) return totals;
  settle(stream, lines, found);
  return hasMore ? compareStream(stream) : totals;
}

/** The next comparison begins later. */
function settle(stream: Stream, lines: readonly StoredLine[], found: Comparison): void {
  const last = lines.at(-RECENT - 1);
  if (!last) return;
  const recent = compareStreams(stream.received, lines.slice(-RECENT));
  stream.totals = sumOf(sumOf(stream.totals, found), recent, -1);
  moveStart(stream, last.position);
}

function moveStart(stream: Stream, cursor: number): void {
  stream.cursor = cursor;
  stream.received = stream.received.filter((position) => position > cursor);
  for (const position of stream.readAgain) if (position <= cursor) stream.readAgain.delete(position);
}
