/** One timer for all deadlines. */
import { Deadlines } from './deadlines';

let late: string[];
let deadlines: Deadlines<string>;

beforeEach(() => {
  jest.useFakeTimers();
  late = [];
  deadlines = new Deadlines(1_000, (one) => late.push(one));
});
afterEach(() => jest.useRealTimers());

it('tells each that is late at its own time, once, and never before', () => {
  const [first, second, third] = ['first', 'second', 'third'] as const;
  deadlines.begin(first);
  jest.advanceTimersByTime(400);
  deadlines.begin(second);
  jest.advanceTimersByTime(599);
  expect(late).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(late).toEqual([first]);
  deadlines.begin(third);
  jest.advanceTimersByTime(400);
  expect(late).toEqual([first, second]);
  jest.advanceTimersByTime(10_000);
  expect(late).toEqual([first, second, third]);
  expect(jest.getTimerCount()).toBe(0);
});

it('says nothing of what has ended, and tells who ends it whether that was in time', () => {
  const [kept, lost] = ['kept', 'lost'] as const;
  deadlines.begin(lost);
  deadlines.begin(kept);
  expect(deadlines.end(kept)).toBe(true);
  jest.advanceTimersByTime(1_000);
  expect(late).toEqual([lost]);
  expect(deadlines.end(lost)).toBe(false);
  expect(deadlines.end(kept)).toBe(false);
  expect(jest.getTimerCount()).toBe(0);
});

it('goes on with what is begun while something is late', () => {
  deadlines = new Deadlines<string>(1_000, (one) => {
    late.push(one);
    if (late.length === 1) deadlines.begin('next');
  });
  deadlines.begin('first');
  jest.advanceTimersByTime(1_999);
  expect(late).toHaveLength(1);
  jest.advanceTimersByTime(1);
  expect(late).toEqual(['first', 'next']);
});
