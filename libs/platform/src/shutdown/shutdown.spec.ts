/** The end of a process: in order, each part with what time is left, and never for longer than a platform waits. */
import { Logger } from '@nestjs/common';
import { Shutdown } from './shutdown';

const TASKS = 10;
const MINUTE_MS = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
  Logger.overrideLogger(false);
});
afterEach(() => jest.useRealTimers());

it('ends within a minute where nothing comes to an end, and gives each task a try', async () => {
  const shutdown = new Shutdown();
  const begun: string[] = [];
  const never = (name: string) => (): Promise<void> => {
    begun.push(name);
    return new Promise(() => undefined);
  };
  shutdown.register('clients', 'connections', never('clients'));
  for (let task = 0; task < TASKS; task++) shutdown.register('state', `state ${task}`, never('state'));
  shutdown.register('pools', 'database', never('pools'));
  shutdown.register('pools', 'redis', never('pools'));
  let over = false;
  void shutdown.run(never('application')).then(() => (over = true));
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  expect(over).toBe(true);
  expect(begun).toEqual(['clients', ...Array<string>(TASKS).fill('state'), 'application', 'pools', 'pools']);
});

it('gives a task all the time that those before it in its phase have left', async () => {
  const shutdown = new Shutdown();
  let saved = false;
  shutdown.register('state', 'slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    saved = true;
  });
  shutdown.register('state', 'fast', async () => undefined);
  void shutdown.run(async () => undefined);
  await jest.advanceTimersByTimeAsync(11_000);
  expect(saved).toBe(true);
});
