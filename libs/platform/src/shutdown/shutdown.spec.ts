/** Shutdown: the order of the phases, the time of each task, and the limit of a minute. */
import { Logger } from '@nestjs/common';
import { Shutdown } from './shutdown';

const TASKS = 10;
const MINUTE_MS = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
  Logger.overrideLogger(false);
});
afterEach(() => jest.useRealTimers());

it('ends within a minute and starts every task, even if no task ends', async () => {
  const shutdown = new Shutdown();
  const started: string[] = [];
  const neverEnding = (name: string) => (): Promise<void> => {
    started.push(name);
    return new Promise(() => undefined);
  };
  shutdown.register('clients', 'connections', neverEnding('clients'));
  for (let task = 0; task < TASKS; task++) shutdown.register('state', `state ${task}`, neverEnding('state'));
  shutdown.register('pools', 'database', neverEnding('pools'));
  shutdown.register('pools', 'redis', neverEnding('pools'));
  let isDone = false;
  void shutdown.run(neverEnding('application')).then(() => (isDone = true));
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  expect(isDone).toBe(true);
  expect(started).toEqual(['clients', ...Array<string>(TASKS).fill('state'), 'application', 'pools', 'pools']);
});

it('gives a task the remaining time of its phase', async () => {
  const shutdown = new Shutdown();
  shutdown.register('state', 'slow', () => new Promise((resolve) => setTimeout(resolve, 10_000)));
  shutdown.register('state', 'fast', async () => undefined);
  let isDone = false;
  void shutdown.run(async () => undefined).then(() => (isDone = true));
  await jest.advanceTimersByTimeAsync(9_000);
  expect(isDone).toBe(false);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(isDone).toBe(true);
});

it('gives the pools the time that earlier phases have not used', async () => {
  const shutdown = new Shutdown();
  shutdown.register('pools', 'slow', () => new Promise((resolve) => setTimeout(resolve, 50_000)));
  let isDone = false;
  void shutdown.run(async () => undefined).then(() => (isDone = true));
  await jest.advanceTimersByTimeAsync(49_000);
  expect(isDone).toBe(false);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(isDone).toBe(true);
});
