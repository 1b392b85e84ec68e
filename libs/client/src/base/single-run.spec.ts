/** A job that is woken at every moment of its run. */
import { SingleRun } from './single-run';

it('single run: a wake at any step of a run is followed by a whole run', async () => {
  for (let step = 0; step < 12; step++) {
    let started = 0;
    const job = async (): Promise<void> => {
      started += 1;
      for (let waits = 0; waits < 4; waits++) await Promise.resolve();
    };
    const run = new SingleRun(job);
    void run.wake();
    for (let passed = 0; passed < step; passed++) await Promise.resolve();
    const startedBefore = started;
    await run.wake();
    expect([step, started]).toEqual([step, startedBefore + 1]);
  }
});

it('single run: a job that has nothing to wait for runs at each wake', async () => {
  let started = 0;
  const run = new SingleRun(async () => void (started += 1));
  await run.wake();
  await run.wake();
  expect(started).toBe(2);
});
