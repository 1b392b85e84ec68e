/** ConcurrencyLimiter: slots are counted per key, and released once. */
import { ConcurrencyLimiter } from './concurrency-limiter';

const [first, second, third] = [{}, {}, {}];

it('grants at most `max` slots per key, and releases a slot only once', () => {
  const slots = new ConcurrencyLimiter();
  expect(slots.acquire(first, 'a', 2)).toBe(true);
  expect(slots.acquire(second, 'a', 2)).toBe(true);
  expect(slots.acquire(third, 'a', 2)).toBe(false);
  expect(slots.acquire(third, 'b', 1)).toBe(true);
  slots.release(first);
  slots.release(first);
  expect(slots.acquire({}, 'a', 2)).toBe(true);
  expect(slots.acquire({}, 'a', 2)).toBe(false);
});

it('gives a holder a single slot, also if it acquires several times', () => {
  const slots = new ConcurrencyLimiter();
  slots.acquire(first, 'a', 2);
  slots.acquire(first, 'a', 2);
  expect(slots.acquire(second, 'a', 2)).toBe(true);
  slots.acquire(first, 'b', 1);
  expect(slots.acquire(third, 'a', 2)).toBe(true);
  expect(slots.acquire(second, 'b', 1)).toBe(false);
});
