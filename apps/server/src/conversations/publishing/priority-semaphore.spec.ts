/** Priority semaphore: bounded concurrency, urgent callers first, no starvation. */
import { PrioritySemaphore } from './priority-semaphore';

/** @returns the names of the callers in the order of admission; each releases its permit at once. */
async function order(slots: PrioritySemaphore, callers: readonly [name: string, isUrgent: boolean][]): Promise<string> {
  const entered: string[] = [];
  const work = async ([name, isUrgent]: readonly [string, boolean]): Promise<void> => {
    await slots.acquire(isUrgent);
    entered.push(name);
    slots.release();
  };
  await slots.acquire();
  const all = callers.map(work);
  slots.release();
  await Promise.all(all);
  return entered.join('');
}

it('admits as many callers at a time as it has permits', async () => {
  const slots = new PrioritySemaphore(2);
  await slots.acquire();
  await slots.acquire();
  let isAdmitted = false;
  const third = slots.acquire().then(() => (isAdmitted = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isAdmitted).toBe(false);
  slots.release();
  await third;
  expect(isAdmitted).toBe(true);
});

it('admits urgent callers before others, each group in the order of the calls', async () => {
  const others = [...'abc'].map((name) => [name, false] as [string, boolean]);
  expect(await order(new PrioritySemaphore(1), [...others, ['X', true], ['Y', true]])).toBe('XYabc');
});

it('admits one of the other callers after three urgent ones', async () => {
  const urgent = [...'UVWXYZ'].map((name) => [name, true] as [string, boolean]);
  expect(await order(new PrioritySemaphore(1), [['a', false], ['b', false], ...urgent])).toBe('UVWaXYZb');
});
