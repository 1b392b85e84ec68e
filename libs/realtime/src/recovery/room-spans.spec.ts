/** Spans say for each entry whether a session was there. */
import { covers, entered, excluding, exited, isOpen, reaching, type Spans } from './room-spans';

const heard = (spans: Spans): number[] => Array.from({ length: 12 }, (_, n) => n).filter((n) => covers(spans, n));

it('counts from after the place of coming up to the place of going', () => {
  const first = exited(entered(undefined, 2), 5);
  expect(heard(first)).toEqual([3, 4, 5]);
  expect([isOpen(first), isOpen(entered(first, 8))]).toEqual([false, true]);
  expect(heard(entered(first, 8))).toEqual([3, 4, 5, 9, 10, 11]);
});

it('a second coming or going changes nothing', () => {
  const spans = entered(undefined, 2);
  expect(entered(spans, 7)).toEqual(spans);
  expect(exited(exited(spans, 5), 9)).toEqual([2, 5]);
  expect(isOpen(exited(entered(undefined, 0), 0))).toBe(false);
});

it('takes in what was on its way at the end, and leaves out what was on its way at the beginning', () => {
  expect(heard(reaching([2, 5], 7))).toEqual([3, 4, 5, 6, 7]);
  expect(reaching([2, 0], 7)).toEqual([2, 0]);
  expect(heard(excluding([2, 0], 5))).toEqual([3, 4, 6, 7, 8, 9, 10, 11]);
  expect(excluding([2, 0], 3)).toEqual([3, 0]);
  expect(excluding([5, 0], 3)).toEqual([5, 0]);
});

it('forgets the oldest', () => {
  let spans: Spans = [];
  for (let n = 1; n < 100; n += 2) spans = exited(entered(spans, n), n + 1);
  expect([spans.length, spans.at(-1)]).toEqual([32, 100]);
});
