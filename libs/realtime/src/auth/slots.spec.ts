/** Places are counted when they are asked for, and given back once. */
import { Slots } from './slots';

it('gives as many places as there are, and a place back only once', () => {
  const slots = new Slots();
  const first = slots.take('a', 2);
  expect(slots.take('a', 2)).not.toBeNull();
  expect(slots.take('a', 2)).toBeNull();
  expect(slots.take('b', 1)).not.toBeNull();
  first?.();
  first?.();
  expect(slots.take('a', 2)).not.toBeNull();
  expect(slots.take('a', 2)).toBeNull();
});
