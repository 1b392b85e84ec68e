/** The iteration of the event loop in which each request starts, and the order of the starts. */
import { setImmediate as nextIteration } from 'node:timers/promises';
import { RequestScheduler } from './request-scheduler';

const started: string[] = [];
const disconnected = new Set<string>();
beforeEach(() => {
  started.length = 0;
  disconnected.clear();
});

function schedule(scheduler: RequestScheduler, address: string, name: string): void {
  scheduler.schedule(address, { isDisconnected: () => disconnected.has(name), start: () => void started.push(name) });
}

/** @returns how many requests started in each iteration of the event loop until all had started. */
async function startsPerIteration(): Promise<number[]> {
  const counts = [started.length];
  for (let before = started.length; ; before = started.length) {
    await nextIteration();
    if (started.length === before) return counts;
    counts.push(started.length - before);
  }
}

it('request scheduler: of many requests, four start at once and four in each later iteration', async () => {
  const scheduler = new RequestScheduler();
  const names = Array.from({ length: 10 }, (_, n) => String(n));
  for (const name of names) schedule(scheduler, 'a', name);
  expect(started).toEqual(names.slice(0, 4));
  expect(await startsPerIteration()).toEqual([4, 4, 2]);
  expect(started).toEqual(names);
});

it('request scheduler: a request of another address does not wait for all requests of a busy address', async () => {
  const scheduler = new RequestScheduler();
  for (let n = 0; n < 50; n++) schedule(scheduler, 'crowd', `crowd ${n}`);
  schedule(scheduler, 'other', 'other');
  await startsPerIteration();
  expect(started.indexOf('other')).toBeLessThanOrEqual(5);
  expect(started).toHaveLength(51);
});

it('request scheduler: a request of a disconnected client never starts and does not count', async () => {
  const scheduler = new RequestScheduler();
  for (let n = 0; n < 50; n++) schedule(scheduler, `address ${n}`, `request ${n}`);
  for (let n = 4; n < 49; n++) disconnected.add(`request ${n}`);
  expect(await startsPerIteration()).toEqual([4, 1]);
  expect(started).toEqual(['request 0', 'request 1', 'request 2', 'request 3', 'request 49']);
});

it('request scheduler: after a request that throws at its start, the next one still starts', async () => {
  const scheduler = new RequestScheduler();
  const throws = (): void =>
    scheduler.schedule('a', {
      isDisconnected: () => false,
      start: () => {
        throw new Error('broken');
      },
    });
  expect(throws).toThrow('broken');
  schedule(scheduler, 'a', 'next');
  await startsPerIteration();
  expect(started).toEqual(['next']);
});
