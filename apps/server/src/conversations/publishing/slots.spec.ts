/** Who works next: as many at a time as may, urgent ones first, and nobody waits for good. */
import { Slots } from './slots';

/** @returns who has entered, in their order; each leaves at once. */
async function order(slots: Slots, comers: readonly [name: string, isUrgent: boolean][]): Promise<string> {
  const entered: string[] = [];
  const work = async ([name, isUrgent]: readonly [string, boolean]): Promise<void> => {
    await slots.enter(isUrgent);
    entered.push(name);
    slots.leave();
  };
  await slots.enter();
  const all = comers.map(work);
  slots.leave();
  await Promise.all(all);
  return entered.join('');
}

it('lets in as many at a time as there are places', async () => {
  const slots = new Slots(2);
  await slots.enter();
  await slots.enter();
  let isIn = false;
  const third = slots.enter().then(() => (isIn = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isIn).toBe(false);
  slots.leave();
  await third;
  expect(isIn).toBe(true);
});

it('lets urgent ones in before others, each in the order in which they came', async () => {
  const comers = [...'abc'].map((name) => [name, false] as [string, boolean]);
  expect(await order(new Slots(1), [...comers, ['X', true], ['Y', true]])).toBe('XYabc');
});

it('lets one of the others in after three urgent ones', async () => {
  const urgent = [...'UVWXYZ'].map((name) => [name, true] as [string, boolean]);
  expect(await order(new Slots(1), [['a', false], ['b', false], ...urgent])).toBe('UVWaXYZb');
});
