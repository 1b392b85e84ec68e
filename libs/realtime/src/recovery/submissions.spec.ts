/** What a node has emitted is submitted in order and once, told alone when the journal stays away, and bounded. */
import { setTimeout as delay } from 'node:timers/promises';
import { decodeEntry, type JournalEntry } from './journal-entry';
import type { RecoveryFeed, RecoveryStore, Submission } from './recovery-store';
import { type Pending, Submissions } from './submissions';

const FEED = { shared: true } as RecoveryFeed;
/** Longer than a look at what waits takes to come round. */
const LOOK_MS = 400;

let reachable: boolean;
let appended: Submission[];
let time: number;
let told: Pending[];
let calls: string[];
let submissions: Submissions;
let here: Set<string>;

beforeEach(() => {
  [reachable, appended, time, told, calls, here] = [true, [], 0, [], [], new Set()];
  const store = {
    append: (_source: string, batch: readonly Submission[]) => {
      if (!reachable) return Promise.reject(new Error('away'));
      appended.push(...batch);
      return Promise.resolve();
    },
  } as unknown as RecoveryStore;
  const hooks = {
    tell: (pending: Pending) => told.push(pending),
    left: (socketId: string) => !here.has(socketId),
    away: () => calls.push('away'),
    returning: () => {
      if (!reachable) return Promise.reject(new Error('away'));
      calls.push('returning');
      return Promise.resolve();
    },
    back: () => calls.push('back'),
  };
  submissions = new Submissions('s', store, FEED, hooks, () => time);
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

it('tells alone after a while, and says so once; on return settles first, and says when all is told', async () => {
  reachable = false;
  submit('a');
  time += 3_000;
  await delay(LOOK_MS);
  submit('b');
  expect(told.map(({ entry }) => entry.frames[0])).toEqual(['a', 'b']);
  expect(calls).toEqual(['away']);
  reachable = true;
  await delay(200);
  submissions.contact();
  hearAll();
  await delay(2 * LOOK_MS);
  expect([...new Set(calls)]).toEqual(['away', 'returning', 'back']);
  expect(calls.filter((call) => call !== 'returning')).toEqual(['away', 'back']);
});

it('says that it is alone without having emitted anything', async () => {
  time += 5_000;
  await delay(LOOK_MS);
  expect([calls, submissions.cutOff]).toEqual([['away'], true]);
  submissions.contact();
  await delay(LOOK_MS);
  expect([calls, submissions.cutOff]).toEqual([['away', 'back'], false]);
});

it('leaves out, for the others, who had it here and has gone since', async () => {
  reachable = false;
  submit('a');
  here.add('stays');
  for (const id of ['stays', 'went']) submissions.dueTo(() => true, id)[0]?.told.add(id);
  reachable = true;
  await delay(150);
  expect(entries()[0]?.except).toEqual(['went']);
});

it('keeps the newest ten thousand, and admits the gap after them', async () => {
  reachable = false;
  submit(...Array.from({ length: 10_003 }, (_, index) => `${index}`));
  reachable = true;
  await delay(1_000);
  expect(entries().length).toBe(10_001);
  expect(entries()[0]?.frames[0]).toBe('3');
  expect(entries().findIndex(({ order }) => order?.kind === 'gap')).toBeGreaterThan(0);
});

it('knows for whom an entry still is when sockets come and go', () => {
  reachable = false;
  submit('a');
  submissions.left('early', 'r', new Set(['r']));
  submissions.joined('late', 'r', new Set());
  const due = (socketId: string): number => submissions.dueTo(() => false, socketId).length;
  expect([due('early'), due('late'), due('stranger')]).toEqual([1, 0, 0]);
  expect(submissions.dueTo(() => true, 'late')).toEqual([]);
  submissions.gone('early');
  expect(due('early')).toBe(0);
});
