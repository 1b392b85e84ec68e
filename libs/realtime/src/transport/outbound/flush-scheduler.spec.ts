/** The timing of flushes: at the end of the event-loop iteration, in parts for many connections, later if deferred. */
import { setImmediate as nextIteration } from 'node:timers/promises';
import { FlushScheduler } from './flush-scheduler';

class FakeConnection {
  flushes = 0;

  flush(): void {
    this.flushes++;
  }
}

const connections = (count: number): FakeConnection[] => Array.from({ length: count }, () => new FakeConnection());
const flushed = (all: readonly FakeConnection[]): number => all.filter(({ flushes }) => flushes > 0).length;

it('flush scheduler: flushes all connections at the end of the event-loop iteration', async () => {
  const scheduler = new FlushScheduler();
  const few = connections(50);
  for (const connection of few) scheduler.scheduleFlush(connection);
  expect(flushed(few)).toBe(0);
  await nextIteration();
  expect(flushed(few)).toBe(50);
});

it('flush scheduler: flushes 1,000 connections in parts of 256 per iteration, each once', async () => {
  const scheduler = new FlushScheduler();
  const many = connections(1_000);
  for (const connection of many) scheduler.scheduleFlush(connection);
  const counts: number[] = [];
  while (counts.at(-1) !== 1_000) {
    await nextIteration();
    counts.push(flushed(many));
  }
  expect(counts).toEqual([256, 512, 768, 1_000]);
  expect(many.every(({ flushes }) => flushes === 1)).toBe(true);
});

it('flush scheduler: flushes a deferred connection after 100 ms', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  const scheduler = new FlushScheduler();
  const [connection] = connections(1) as [FakeConnection];
  scheduler.deferFlush(connection);
  await nextIteration();
  expect(connection.flushes).toBe(0);
  jest.advanceTimersByTime(100);
  expect(connection.flushes).toBe(1);
  jest.useRealTimers();
});
