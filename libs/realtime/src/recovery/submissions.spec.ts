/** What a node has emitted is submitted in order and once, told alone when the journal stays away, and bounded. */
import { setTimeout as delay } from 'node:timers/promises';
import { decodeEntry, type JournalEntry } from './journal-entry';
import type { Pending } from './pending-entries';
import type { RecoveryFeed, RecoveryStore, Submission } from './recovery-store';
import { Submissions } from './submissions';

const FEED = { shared: true } as RecoveryFeed;
/** Longer than a look at what waits takes to come round. */
const LOOK_MS = 400;

let reachable: boolean;
let appended: Submission[];
let time: number;
let told: Pending[];
let calls: string[];
/** Why, once for each entry. */
let givenUp: string[];
/** How many had been told each time when that was said of all. */
let delivered: number[];
let submissions: Submissions;
let make: (maxBytes?: number) => Submissions;

beforeEach(() => {
  [reachable, appended, time, told, calls, delivered, givenUp] = [true, [], 0, [], [], [], []];
  const store = {
    append: (_source: string, batch: readonly Submission[]) => {
      if (!reachable) return Promise.reject(new Error('away'));
      appended.push(...batch);
      return Promise.resolve();
    },
  } as unknown as RecoveryStore;
  const hooks = {
    tell: (pending: Pending) => told.push(pending),
    away: () => calls.push('away'),
    deliveredPending: () => void delivered.push(told.length),
    back: () => calls.push('back'),
    settled: () => undefined,
    gaveUp: (reason: string) => void givenUp.push(reason),
  };
  make = (maxBytes) => new Submissions('s', store, FEED, hooks, () => time, maxBytes);
  submissions = make();
});
afterEach(() => submissions.close());

const submit = (...names: string[]): void => {
  for (const name of names) submissions.submit({ rooms: ['r'], except: [], frames: [name] });
};
const entries = (): JournalEntry[] => appended.map(({ payload }) => decodeEntry(payload));
const settled = (): Promise<void> => delay(10);
/** The journal has told everything that it was given. */
const hearAll = (): void => appended.forEach(({ seq }) => submissions.heard(seq));

it('goes in the order emitted, also through an outage, each once', async () => {
  submit('a', 'b');
  await settled();
  reachable = false;
  submit('c');
  await settled();
  submit('d');
  reachable = true;
  await delay(150);
  expect(entries().map(({ seq, frames }) => [seq, frames[0]])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
    [4, 'd'],
  ]);
  expect([told, calls]).toEqual([[], []]);
});

it('tells alone after a while, and says so once; on return says when all is told', async () => {
  reachable = false;
  submit('a');
  time += 3_000;
  await delay(LOOK_MS);
  submit('b');
  expect(told.map(({ entry }) => entry.frames[0])).toEqual(['a', 'b']);
  expect(calls).toEqual(['away']);
  expect(delivered).toEqual([1]);
  reachable = true;
  await delay(200);
  submissions.contact();
  hearAll();
  await delay(2 * LOOK_MS);
  expect(calls).toEqual(['away', 'back']);
});

it('says that it is alone without having emitted anything', async () => {
  time += 5_000;
  await delay(LOOK_MS);
  expect([calls, submissions.cutOff]).toEqual([['away'], true]);
  submissions.contact();
  await delay(LOOK_MS);
  expect([calls, submissions.cutOff]).toEqual([['away', 'back'], false]);
});

it('keeps the newest ten thousand, tells what it gives up, and admits the gap after them', async () => {
  reachable = false;
  submit(...Array.from({ length: 10_003 }, (_, index) => `${index}`));
  reachable = true;
  await delay(1_000);
  expect(entries().length).toBe(10_001);
  expect(told.filter(({ entry }) => !entry.order).length).toBe(10_003);
  expect(entries()[0]?.frames[0]).toBe('3');
  expect(entries().findIndex(({ order }) => order?.kind === 'gap')).toBeGreaterThan(0);
  expect(givenUp).toEqual(Array(3).fill('event_given_up'));
});

it('holds no more bytes than its bound, gives up the oldest, and appends a gap after them', async () => {
  reachable = false;
  submissions.close();
  submissions = make(100_000);
  submit(...Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(9_990)}`));
  expect(submissions.bytes).toBeGreaterThan(80_000);
  expect(submissions.bytes).toBeLessThanOrEqual(100_000);
  expect(told.map(({ entry }) => parseInt(String(entry.frames[0])))).toEqual(Array.from({ length: 100 }, (_, i) => i));
  reachable = true;
  await delay(200);
  const kinds = entries().map(({ frames, order }) => order?.kind ?? parseInt(String(frames[0])));
  expect(kinds).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 'gap']);
  hearAll();
  expect(submissions.bytes).toBe(0);
});

it('measures what waits to be appended, what is pending, and for how long', async () => {
  submit('appended');
  await settled();
  reachable = false;
  submit('unsent', 'unsent as well');
  time += 1_500;
  const { pendingEntries, pendingBytes, unsentEntries, unsentBytes, lateMs } = submissions.backlog;
  expect({ pendingEntries, unsentEntries, lateMs }).toEqual({ pendingEntries: 3, unsentEntries: 2, lateMs: 1_500 });
  expect(unsentBytes).toBeGreaterThan(0);
  expect(pendingBytes).toBeGreaterThan(unsentBytes);
  reachable = true;
  await delay(200);
  hearAll();
  const nothing = { pendingEntries: 0, pendingBytes: 0, unsentEntries: 0, unsentBytes: 0, lateMs: 0 };
  expect(submissions.backlog).toEqual(nothing);
});

it('counts what was sent to a journal that is not there any more', async () => {
  submit('a', 'b');
  await settled();
  submissions.doubt();
  submissions.forgetDoubtful();
  expect(givenUp).toEqual(['journal_replaced', 'journal_replaced']);
});

it('what was appended and is not heard is bounded as well: it is told, and known by its absence', async () => {
  submissions.close();
  submissions = make(100_000);
  for (let n = 0; n < 50; n++) {
    submit(`${n} ${'x'.repeat(9_990)}`);
    await settled();
  }
  expect(appended.length).toBe(50);
  expect(submissions.bytes).toBeLessThanOrEqual(100_000);
  expect([...submissions.waiting].length).toBeLessThan(11);
  expect(told.length).toBeGreaterThanOrEqual(41);
  expect([submissions.heard(1), submissions.heard(50)]).toEqual([{ told: true }, { told: true }]);
  expect([entries().some(({ order }) => order), submissions.bytes]).toEqual([false, 0]);
});

it('gives up orders past their bound, and says in the gap that rights have changed', async () => {
  reachable = false;
  const order = { kind: 'leave', userId: 'anna', room: 'x' } as const;
  for (let n = 0; n < 30_010; n++) submissions.submit({ rooms: ['r'], except: [], frames: [], order });
  expect([...submissions.waiting].length).toBe(30_000);
  expect(givenUp).toEqual(Array(10).fill('order_given_up'));
  submit('an event');
  expect([...submissions.waiting].length).toBe(30_001);
  reachable = true;
  while (!appended.some(({ payload }) => decodeEntry(payload).order?.kind === 'gap')) await delay(50);
  expect(
    entries()
      .map((entry) => entry.order)
      .filter((each) => each?.kind === 'gap'),
  ).toEqual([{ kind: 'gap', orders: true }]);
});

it('an entry that is not known any more has been told; those before one that is heard are done', async () => {
  submit('a', 'b', 'c');
  await settled();
  expect([submissions.heard(2).told, submissions.heard(1).told, submissions.heard(3).told]).toEqual([
    false,
    true,
    false,
  ]);
  expect(submissions.idle).toBe(true);
});

it('keeps orders, whatever else it has to give up', async () => {
  reachable = false;
  submissions.submit({ rooms: ['r'], except: [], frames: [], order: { kind: 'leave', userId: 'anna', room: 'x' } });
  submit(...Array.from({ length: 10_003 }, (_, index) => `${index}`));
  reachable = true;
  await delay(1_000);
  expect(entries()[0]?.order).toMatchObject({ kind: 'leave' });
  expect(appended[0]?.rooms).toEqual(['!anna']);
});

it('tells how much of it all nodes have, and for how long the rest has been on its way', async () => {
  expect([submissions.kept, submissions.lateMs]).toEqual([0, 0]);
  submit('a', 'b');
  await settled();
  time = 300;
  submit('c');
  await settled();
  submissions.heard(1);
  expect([submissions.count, submissions.kept, submissions.lateMs]).toEqual([3, 1, 300]);
  hearAll();
  expect([submissions.count, submissions.kept, submissions.lateMs]).toEqual([3, 3, 0]);
});

describe('an event that other nodes may publish as well', () => {
  const versioned = { key: 'log', version: 1, dedupKey: '1' };
  const dedupId = '1 1 log';
  const publish = (name: string, settle?: () => void): void =>
    submissions.submit({ rooms: ['r'], except: [], frames: [name] }, { versioned }, settle);
  const goAlone = async (): Promise<void> => {
    time += 3_000;
    await delay(LOOK_MS);
  };

  it('is submitted once while it is pending, and settles for all who published it', async () => {
    const settled: number[] = [];
    publish('a', () => settled.push(1));
    publish('a', () => settled.push(2));
    await delay(10);
    expect(entries().map((entry) => entry.dedupId)).toEqual([dedupId]);
    hearAll();
    expect(settled).toEqual([1, 2]);
    publish('a');
    await delay(10);
    expect(appended).toHaveLength(2);
  });

  it('is known to have been delivered here alone when another node publishes it, until the journal has it', async () => {
    reachable = false;
    publish('a');
    await goAlone();
    expect(told).toHaveLength(1);
    expect(submissions.heardElsewhere(dedupId)).toBe(1);
    expect(submissions.heardElsewhere('2 2 log')).toBeUndefined();
    submissions.heard(1);
    expect(submissions.heardElsewhere(dedupId)).toBeUndefined();
  });

  it('is not delivered here alone after another node has published it', async () => {
    reachable = false;
    publish('a');
    expect(submissions.heardElsewhere(dedupId)).toBeUndefined();
    await goAlone();
    expect(told).toEqual([]);
  });
});

it('a process that stood still does not take the journal for away, and one whose journal stays away does', async () => {
  const standStill = (ms: number): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    time += ms;
  };
  submit('a');
  await settled();
  standStill(4_000);
  await delay(LOOK_MS);
  expect(calls).toEqual([]);
  time += 3_000;
  await delay(LOOK_MS);
  expect(calls).toEqual(['away']);
});
