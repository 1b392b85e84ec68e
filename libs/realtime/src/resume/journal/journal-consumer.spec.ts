/** `JournalConsumer` passes on each entry once and in order over a feed that loses, repeats and reorders entries. */
import { encodeEntry } from './journal-entry';
import { JournalConsumer } from './journal-consumer';
import { MemoryResumeStore } from '../stores/memory-resume-store';
import type { FeedListener, JournalFeed } from '../stores/resume-store';

/** A feed that delivers only what a test passes to its listener. */
class LooseFeed implements JournalFeed {
  readonly isShared = false;
  listener: FeedListener | undefined;

  subscribe(_source: string, listener: FeedListener): void {
    this.listener = listener;
  }
  resubscribe(): void {}
  async sendToNode(): Promise<boolean> {
    return true;
  }
  close(): void {}
}

const payload = (seq: number): string => encodeEntry({ source: 's', seq, rooms: [], except: [], frames: ['x'] });
const BOUNDS = { maxEvents: 100, logEvents: 20, roomKeepMs: 60_000, sessionsPerUser: 10, awayKeepMs: 60_000 };
const nextTimers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

let store: MemoryResumeStore;
let feed: LooseFeed;
let journal: JournalConsumer;
let received: number[];
let gaps: string[];
let epoch: string;

const append = (...seqs: number[]): Promise<void> =>
  store.append(
    's',
    seqs.map((seq) => ({ seq, rooms: [], payload: payload(seq) })),
  );
const deliver = (n: number, ofEpoch = epoch): void => feed.listener?.onRecord(ofEpoch, { n, payload: payload(n) });

beforeEach(async () => {
  store = new MemoryResumeStore(BOUNDS, () => 0);
  feed = new LooseFeed();
  [received, gaps] = [[], []];
  journal = new JournalConsumer('a', store, feed, {
    onStoreReply: () => undefined,
    onCaughtUp: () => undefined,
    onEntry: ({ n }) => received.push(n),
    onJump: (gap) => gaps.push(gap),
    onNodeMessage: () => undefined,
  });
  journal.open();
  feed.listener?.onReady();
  await nextTimers();
  ({ epoch } = await store.readPosition());
});
afterEach(() => journal.close());

it('passes on entries in order, and each once', async () => {
  await append(1, 2);
  deliver(1);
  deliver(1);
  deliver(2);
  deliver(1);
  expect([received, gaps]).toEqual([[1, 2], ['begun']]);
});

it('fills a gap from the log, then passes on the held entries', async () => {
  await append(1, 2, 3, 4);
  deliver(1);
  deliver(4);
  expect(received).toEqual([1]);
  await append(5);
  deliver(5);
  await journal.waitUntilReached(5, 1_000);
  expect([received, gaps]).toEqual([[1, 2, 3, 4, 5], ['begun']]);
});

it('reports a trimmed log, and continues after it', async () => {
  await append(...Array.from({ length: 50 }, (_, index) => index + 1));
  deliver(50);
  await journal.waitUntilReached(50, 1_000);
  await append(51);
  deliver(51);
  expect([received, gaps]).toEqual([[51], ['begun', 'trimmed']]);
  expect(journal.recentEntries.after(49)).toBeNull();
  expect(journal.recentEntries.after(50)).toHaveLength(1);
});

it('continues after a number without an entry', async () => {
  await append(1);
  deliver(1);
  const read = store.readLog.bind(store);
  jest.spyOn(store, 'readLog').mockImplementation(async (after) => {
    const answer = await read(after);
    // Simulates two failed appends before entry 2.
    if (answer.kind !== 'read') return answer;
    const moved = answer.records.map((record) => ({ ...record, n: record.n > 1 ? record.n + 2 : record.n }));
    return { ...answer, records: moved, position: { ...answer.position, n: answer.position.n + 2 } };
  });
  await append(2, 3);
  deliver(4);
  await journal.waitUntilReached(5, 1_000);
  expect([received, gaps]).toEqual([[1, 4, 5], ['begun']]);
});

it('holds a bounded number of bytes while it reads the log, and reads the other entries from it', async () => {
  const text = 'x'.repeat(1024 * 1024);
  const large = (seq: number): string => encodeEntry({ source: 's', seq, rooms: [], except: [], frames: [text] });
  await append(...Array.from({ length: 20 }, (_, index) => index + 1));
  // Entry 1 is missing, so that all others are held until the log has been read.
  for (let n = 2; n <= 20; n++) feed.listener?.onRecord(epoch, { n, payload: large(n) });
  expect([journal.heldBytes <= 16 * 1024 * 1024, received]).toEqual([true, []]);
  await journal.waitUntilReached(20, 1_000);
  expect([received.length, gaps, journal.heldBytes]).toEqual([20, ['begun'], 0]);
});

it('ignores records of another epoch and reads the log instead', async () => {
  await append(1);
  deliver(1, 'another');
  await nextTimers();
  expect(received).toEqual([1]);
  deliver(7, 'another');
  await nextTimers();
  expect([received, journal.position]).toEqual([[1], { epoch, n: 1 }]);
});
