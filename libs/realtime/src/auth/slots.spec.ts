/** Places are counted when they are asked for, and given back once. */
import { Slots } from './slots';

const [first, second, third] = [{}, {}, {}];

it('gives as many places as there are, and a place back only once', () => {
  const slots = new Slots();
  expect(slots.take(first, 'a', 2)).toBe(true);
  expect(slots.take(second, 'a', 2)).toBe(true);
  expect(slots.take(third, 'a', 2)).toBe(false);
  expect(slots.take(third, 'b', 1)).toBe(true);
  slots.release(first);
  slots.release(first);
  expect(slots.take({}, 'a', 2)).toBe(true);
  expect(slots.take({}, 'a', 2)).toBe(false);
});

it('gives a holder one place, whatever it asks for', () => {
  const slots = new Slots();
  slots.take(first, 'a', 2);
  slots.take(first, 'a', 2);
  expect(slots.take(second, 'a', 2)).toBe(true);
  slots.take(first, 'b', 1);
  expect(slots.take(third, 'a', 2)).toBe(true);
  expect(slots.take(second, 'b', 1)).toBe(false);
});
