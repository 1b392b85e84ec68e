/** A node hears each entry once and in order, whatever its feed does. */
import { encodeEntry } from './journal-entry';
import { Journal } from './journal';
import { MemoryRecoveryStore } from './memory-recovery-store';
import type { FeedListener, RecoveryFeed } from './recovery-store';

/** A feed that forgets, repeats and reorders as a test wants. */
class LooseFeed implements RecoveryFeed {
  readonly shared = false;
  listener: FeedListener | undefined;

  listen(_source: string, listener: FeedListener): void {
    this.listener = listener;
  }
  restart(): void {}
  async say(): Promise<boolean> {
    return true;
  }
  close(): void {}
}

const payload = (seq: number): string => encodeEntry({ source: 's', seq, rooms: [], except: [], frames: ['x'] });
const BOUNDS = { maxEvents: 100, logEvents: 20, roomKeepMs: 60_000, sessionsPerUser: 10, awayKeepMs: 60_000 };
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

let store: MemoryRecoveryStore;
let feed: LooseFeed;
let journal: Journal;
let heard: number[];
let gaps: string[];
let epoch: string;

const append = (...seqs: number[]): Promise<void> =>
  store.append(
    's',
    seqs.map((seq) => ({ seq, rooms: [], payload: payload(seq) })),
  );
const tell = (n: number, life = epoch): void => feed.listener?.record(life, { n, payload: payload(n) });

beforeEach(async () => {
  store = new MemoryRecoveryStore(BOUNDS, () => 0);
  feed = new LooseFeed();
  [heard, gaps] = [[], []];
  journal = new Journal('a', store, feed, {
    contact: () => undefined,
    caughtUp: () => undefined,
    deliver: ({ n }) => heard.push(n),
    jumped: (gap) => gaps.push(gap),
    word: () => undefined,
  });
  journal.open();
  feed.listener?.ready();
  await settled();
  ({ epoch } = await store.hello());
});
afterEach(() => journal.close());

it('passes on what comes in order, and once', async () => {
  await append(1, 2);
  tell(1);
  tell(1);
  tell(2);
  tell(1);
  expect([heard, gaps]).toEqual([[1, 2], ['begun']]);
});

it('fills a gap from the log, and what came meanwhile follows', async () => {
  await append(1, 2, 3, 4);
  tell(1);
  tell(4);
  expect(heard).toEqual([1]);
  await append(5);
  tell(5);
  await journal.reached(5, 1_000);
  expect([heard, gaps]).toEqual([[1, 2, 3, 4, 5], ['begun']]);
});

it('says where the log does not reach back, and goes on from there', async () => {
  await append(...Array.from({ length: 50 }, (_, index) => index + 1));
  tell(50);
  await journal.reached(50, 1_000);
  await append(51);
  tell(51);
  expect([heard, gaps]).toEqual([[51], ['begun', 'trimmed']]);
  expect(journal.ring.after(49)).toBeNull();
  expect(journal.ring.after(50)).toHaveLength(1);
});

it('goes on behind a number that has no entry', async () => {
  await append(1);
  tell(1);
  const read = store.log.bind(store);
  jest.spyOn(store, 'log').mockImplementation(async (after) => {
    const answer = await read(after);
    // As if two appends had broken off before entry 2.
    if (answer.kind !== 'read') return answer;
    const moved = answer.records.map((record) => ({ ...record, n: record.n > 1 ? record.n + 2 : record.n }));
    return { ...answer, records: moved, position: { ...answer.position, n: answer.position.n + 2 } };
  });
  await append(2, 3);
  tell(4);
  await journal.reached(5, 1_000);
  expect([heard, gaps]).toEqual([[1, 4, 5], ['begun']]);
});

it('holds a bounded number of bytes while it reads the log, and reads what it did not hold', async () => {
  const text = 'x'.repeat(1024 * 1024);
  const large = (seq: number): string => encodeEntry({ source: 's', seq, rooms: [], except: [], frames: [text] });
  await append(...Array.from({ length: 20 }, (_, index) => index + 1));
  // The first one is missing, so that all others are held until the log has been read.
  for (let n = 2; n <= 20; n++) feed.listener?.record(epoch, { n, payload: large(n) });
  expect([journal.heldBytes <= 16 * 1024 * 1024, heard]).toEqual([true, []]);
  await journal.reached(20, 1_000);
  expect([heard.length, gaps, journal.heldBytes]).toEqual([20, ['begun'], 0]);
});

it('does not believe a word of another life', async () => {
  await append(1);
  tell(1, 'another');
  await settled();
  expect(heard).toEqual([1]);
  tell(7, 'another');
  await settled();
  expect([heard, journal.position]).toEqual([[1], { epoch, n: 1 }]);
});
