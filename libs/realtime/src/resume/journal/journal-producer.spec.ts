/** `JournalProducer` appends in order and once, delivers locally while the journal is unreachable, and bounds its backlog. */
import { setTimeout as delay } from 'node:timers/promises';
import { decodeEntry, type JournalEntry } from './journal-entry';
import type { PendingEntry } from './pending-entries';
import type { JournalFeed, ResumeStore, AppendRequest } from '../stores/resume-store';
import { JournalProducer } from './journal-producer';

const FEED = { isShared: true } as JournalFeed;
/** Longer than the interval of the producer's check. */
const CHECK_MS = 400;

let reachable: boolean;
let appended: AppendRequest[];
let time: number;
let deliveredLocally: PendingEntry[];
let calls: string[];
/** The reason of each lost entry. */
let lossReasons: string[];
/** How many entries had been delivered locally at each `onPendingDelivered`. */
let pendingDeliveredAt: number[];
let producer: JournalProducer;
let make: (maxBytes?: number) => JournalProducer;

beforeEach(() => {
  [reachable, appended, time, deliveredLocally, calls, pendingDeliveredAt, lossReasons] = [true, [], 0, [], [], [], []];
  const store = {
    append: (_source: string, batch: readonly AppendRequest[]) => {
      if (!reachable) return Promise.reject(new Error('away'));
      appended.push(...batch);
      return Promise.resolve();
    },
  } as unknown as ResumeStore;
  const hooks = {
    deliverLocally: (pending: PendingEntry) => deliveredLocally.push(pending),
    onStoreLost: () => calls.push('away'),
    onPendingDelivered: () => void pendingDeliveredAt.push(deliveredLocally.length),
    onStoreRestored: () => calls.push('back'),
    onConsumed: () => undefined,
    onEventLost: (reason: string) => void lossReasons.push(reason),
  };
  make = (maxBytes) => new JournalProducer('s', store, FEED, hooks, () => time, maxBytes);
  producer = make();
});
afterEach(() => producer.close());

const emit = (...names: string[]): void => {
  for (const name of names) producer.publish({ rooms: ['r'], except: [], frames: [name] });
};
const entries = (): JournalEntry[] => appended.map(({ payload }) => decodeEntry(payload));
const appendsDone = (): Promise<void> => delay(10);
/** The journal delivers all appended entries back to the producer. */
const receiveAll = (): void => appended.forEach(({ seq }) => producer.onOwnEntry(seq));

it('appends each entry once in the order of emission, also through an outage', async () => {
  emit('a', 'b');
  await appendsDone();
  reachable = false;
  emit('c');
  await appendsDone();
  emit('d');
  reachable = true;
  await delay(150);
  expect(entries().map(({ seq, frames }) => [seq, frames[0]])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
    [4, 'd'],
  ]);
  expect([deliveredLocally, calls]).toEqual([[], []]);
});

it('delivers locally after three seconds, reports it once, and reports when the journal has caught up', async () => {
  reachable = false;
  emit('a');
  time += 3_000;
  await delay(CHECK_MS);
  emit('b');
  expect(deliveredLocally.map(({ entry }) => entry.frames[0])).toEqual(['a', 'b']);
  expect(calls).toEqual(['away']);
  expect(pendingDeliveredAt).toEqual([1]);
  reachable = true;
  await delay(200);
  producer.onStoreReply();
  receiveAll();
  await delay(2 * CHECK_MS);
  expect(calls).toEqual(['away', 'back']);
});

it('goes offline without having emitted anything', async () => {
  time += 5_000;
  await delay(CHECK_MS);
  expect([calls, producer.isOffline]).toEqual([['away'], true]);
  producer.onStoreReply();
  await delay(CHECK_MS);
  expect([calls, producer.isOffline]).toEqual([['away', 'back'], false]);
});

it('keeps the newest 10,000 events, delivers dropped ones locally, and appends a gap', async () => {
  reachable = false;
  emit(...Array.from({ length: 10_003 }, (_, index) => `${index}`));
  reachable = true;
  await delay(1_000);
  expect(entries().length).toBe(10_001);
  expect(deliveredLocally.filter(({ entry }) => !entry.order).length).toBe(10_003);
  expect(entries()[0]?.frames[0]).toBe('3');
  expect(entries().findIndex(({ order }) => order?.kind === 'gap')).toBeGreaterThan(0);
  expect(lossReasons).toEqual(Array(3).fill('event_given_up'));
});

it('holds no more bytes than its bound, drops the oldest events, and appends a gap after the others', async () => {
  reachable = false;
  producer.close();
  producer = make(100_000);
  emit(...Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(9_990)}`));
  expect(producer.backlog.pendingBytes).toBeGreaterThan(80_000);
  expect(producer.backlog.pendingBytes).toBeLessThanOrEqual(100_000);
  const numbers = deliveredLocally.map(({ entry }) => parseInt(String(entry.frames[0])));
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => i));
  reachable = true;
  await delay(200);
  const kinds = entries().map(({ frames, order }) => order?.kind ?? parseInt(String(frames[0])));
  expect(kinds).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 'gap']);
  receiveAll();
  expect(producer.backlog.pendingBytes).toBe(0);
});

it('measures unsent and pending entries, and the age of the oldest', async () => {
  emit('appended');
  await appendsDone();
  reachable = false;
  emit('unsent', 'unsent as well');
  time += 1_500;
  const { pendingEntries, pendingBytes, unsentEntries, unsentBytes, lateMs } = producer.backlog;
  expect({ pendingEntries, unsentEntries, lateMs }).toEqual({ pendingEntries: 3, unsentEntries: 2, lateMs: 1_500 });
  expect(unsentBytes).toBeGreaterThan(0);
  expect(pendingBytes).toBeGreaterThan(unsentBytes);
  reachable = true;
  await delay(200);
  receiveAll();
  const nothing = { pendingEntries: 0, pendingBytes: 0, unsentEntries: 0, unsentBytes: 0, lateMs: 0 };
  expect(producer.backlog).toEqual(nothing);
});

it('reports entries appended to a replaced journal as lost', async () => {
  emit('a', 'b');
  await appendsDone();
  producer.markSentUncertain();
  producer.dropUncertain();
  expect(lossReasons).toEqual(['journal_replaced', 'journal_replaced']);
});

it('bounds appended entries too: delivers them locally, and treats them as delivered when they arrive', async () => {
  producer.close();
  producer = make(100_000);
  for (let n = 0; n < 50; n++) {
    emit(`${n} ${'x'.repeat(9_990)}`);
    await appendsDone();
  }
  expect(appended.length).toBe(50);
  expect(producer.backlog.pendingBytes).toBeLessThanOrEqual(100_000);
  expect([...producer.pendingEntries].length).toBeLessThan(11);
  expect(deliveredLocally.length).toBeGreaterThanOrEqual(41);
  const expected = { isDeliveredLocally: true };
  expect([producer.onOwnEntry(1), producer.onOwnEntry(50)]).toEqual([expected, expected]);
  expect([entries().some(({ order }) => order), producer.backlog.pendingBytes]).toEqual([false, 0]);
});

it('drops orders past their bound, and appends a gap that says so', async () => {
  reachable = false;
  const order = { kind: 'leave', userId: 'anna', room: 'x' } as const;
  for (let n = 0; n < 30_010; n++) producer.publish({ rooms: ['r'], except: [], frames: [], order });
  expect([...producer.pendingEntries].length).toBe(30_000);
  expect(lossReasons).toEqual(Array(10).fill('order_given_up'));
  emit('an event');
  expect([...producer.pendingEntries].length).toBe(30_001);
  reachable = true;
  while (!appended.some(({ payload }) => decodeEntry(payload).order?.kind === 'gap')) await delay(50);
  expect(
    entries()
      .map((entry) => entry.order)
      .filter((order) => order?.kind === 'gap'),
  ).toEqual([{ kind: 'gap', orders: true }]);
});

it('onOwnEntry: an unknown entry counts as delivered; entries before a received one are removed', async () => {
  emit('a', 'b', 'c');
  await appendsDone();
  expect([
    producer.onOwnEntry(2).isDeliveredLocally,
    producer.onOwnEntry(1).isDeliveredLocally,
    producer.onOwnEntry(3).isDeliveredLocally,
  ]).toEqual([false, true, false]);
  expect(producer.isIdle).toBe(true);
});

it('keeps orders while it drops events', async () => {
  reachable = false;
  producer.publish({ rooms: ['r'], except: [], frames: [], order: { kind: 'leave', userId: 'anna', room: 'x' } });
  emit(...Array.from({ length: 10_003 }, (_, index) => `${index}`));
  reachable = true;
  await delay(1_000);
  expect(entries()[0]?.order).toMatchObject({ kind: 'leave' });
  expect(appended[0]?.rooms).toEqual(['!anna']);
});

it('reports how many entries the journal has, and the age of the oldest pending one', async () => {
  expect(producer.progress).toMatchObject({ journaled: 0, lateMs: 0 });
  emit('a', 'b');
  await appendsDone();
  time = 300;
  emit('c');
  await appendsDone();
  producer.onOwnEntry(1);
  expect(producer.progress).toEqual({ emitted: 3, journaled: 1, lateMs: 300 });
  receiveAll();
  expect(producer.progress).toEqual({ emitted: 3, journaled: 3, lateMs: 0 });
});

describe('an event that other nodes may publish as well', () => {
  const versioned = { key: 'log', version: 1, dedupKey: '1' };
  const dedupId = '1 1 log';
  const publish = (name: string, onJournaled?: () => void): void =>
    producer.publish({ rooms: ['r'], except: [], frames: [name] }, { versioned }, onJournaled);
  const goOffline = async (): Promise<void> => {
    time += 3_000;
    await delay(CHECK_MS);
  };

  it('is appended once while it is pending, and confirms every publish of it', async () => {
    const confirmed: number[] = [];
    publish('a', () => confirmed.push(1));
    publish('a', () => confirmed.push(2));
    await delay(10);
    expect(entries().map((entry) => entry.dedupId)).toEqual([dedupId]);
    receiveAll();
    expect(confirmed).toEqual([1, 2]);
    publish('a');
    await delay(10);
    expect(appended).toHaveLength(2);
  });

  it('counts as delivered locally when another node publishes it, until the journal delivers it', async () => {
    reachable = false;
    publish('a');
    await goOffline();
    expect(deliveredLocally).toHaveLength(1);
    expect(producer.onForeignEntry(dedupId)).toBe(1);
    expect(producer.onForeignEntry('2 2 log')).toBeUndefined();
    producer.onOwnEntry(1);
    expect(producer.onForeignEntry(dedupId)).toBeUndefined();
  });

  it('is not delivered locally after another node has published it', async () => {
    reachable = false;
    publish('a');
    expect(producer.onForeignEntry(dedupId)).toBeUndefined();
    await goOffline();
    expect(deliveredLocally).toEqual([]);
  });
});

it('goes offline when the journal stays unreachable, but not after the process was suspended', async () => {
  const suspendProcess = (ms: number): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    time += ms;
  };
  emit('a');
  await appendsDone();
  suspendProcess(4_000);
  await delay(CHECK_MS);
  expect(calls).toEqual([]);
  time += 3_000;
  await delay(CHECK_MS);
  expect(calls).toEqual(['away']);
});
