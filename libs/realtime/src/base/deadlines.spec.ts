/** Deadlines: each expired item is reported once and on time, and all pending items share one timer. */
import { Deadlines } from './deadlines';

let reported: string[];
let deadlines: Deadlines<string>;

beforeEach(() => {
  jest.useFakeTimers();
  reported = [];
  deadlines = new Deadlines(1_000, (item) => reported.push(item));
});
afterEach(() => jest.useRealTimers());

it('reports each expired item once, at its own deadline and never before', () => {
  deadlines.start('first');
  jest.advanceTimersByTime(400);
  deadlines.start('second');
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(599);
  expect(reported).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(reported).toEqual(['first']);
  deadlines.start('third');
  jest.advanceTimersByTime(400);
  expect(reported).toEqual(['first', 'second']);
  jest.advanceTimersByTime(10_000);
  expect(reported).toEqual(['first', 'second', 'third']);
  expect(jest.getTimerCount()).toBe(0);
});

it('does not report a cancelled item, and cancel() returns whether it was in time', () => {
  deadlines.start('expired');
  deadlines.start('cancelled');
  expect(deadlines.cancel('cancelled')).toBe(true);
  jest.advanceTimersByTime(1_000);
  expect(reported).toEqual(['expired']);
  expect(deadlines.cancel('expired')).toBe(false);
  expect(deadlines.cancel('cancelled')).toBe(false);
  expect(jest.getTimerCount()).toBe(0);
});

it('reports an item that was started by the callback for another one', () => {
  deadlines = new Deadlines<string>(1_000, (item) => {
    reported.push(item);
    if (reported.length === 1) deadlines.start('next');
  });
  deadlines.start('first');
  jest.advanceTimersByTime(1_999);
  expect(reported).toHaveLength(1);
  jest.advanceTimersByTime(1);
  expect(reported).toEqual(['first', 'next']);
});
