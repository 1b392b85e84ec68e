/** FailureLog: logs the first failure of a kind at once, and the others as one summary per minute. */
import { currentCorrelation, withCorrelation } from './correlation';
import { FailureLog, type FailureLogOptions } from './failure-log';

const MINUTE_MS = 60_000;

let lines: [string, object][];
let make: (options?: FailureLogOptions) => FailureLog;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  const sink = (level: string) => (entry: object) => void lines.push([level, entry]);
  make = (options) => new FailureLog({ warn: sink('warn'), error: sink('error') }, options);
});
afterEach(() => jest.useRealTimers());

it('logs a single failure once', () => {
  make().warn({ message: 'it failed', id: 1 });
  jest.advanceTimersByTime(5 * MINUTE_MS);
  expect(lines).toEqual([['warn', { message: 'it failed', id: 1 }]]);
});

it('summarises the failures of one kind within a minute in one line with the latest of them', () => {
  const failures = make();
  for (let id = 1; id <= 100; id++) failures.warn({ message: 'it failed', id });
  expect(lines).toHaveLength(1);
  jest.advanceTimersByTime(MINUTE_MS);
  expect(lines.slice(1)).toEqual([['warn', { message: 'it failed', id: 100, repeated: 99, withinMs: MINUTE_MS }]]);
});

it('logs ten minutes of failures in eleven lines, whose counts add up to all failures', () => {
  const failures = make();
  for (let second = 0; second < 600; second++) {
    failures.error({ message: 'it failed' });
    jest.advanceTimersByTime(1_000);
  }
  expect(lines).toHaveLength(11);
  const repeated = lines.map(([, entry]) => (entry as { repeated?: number }).repeated ?? 0);
  expect(repeated.reduce((sum, count) => sum + count, 1)).toBe(600);
});

it('logs the next failure at once after a minute without failures', () => {
  const failures = make();
  failures.warn({ message: 'it failed' });
  failures.warn({ message: 'it failed' });
  jest.advanceTimersByTime(2 * MINUTE_MS);
  lines = [];
  failures.warn({ message: 'it failed', id: 3 });
  expect(lines).toEqual([['warn', { message: 'it failed', id: 3 }]]);
});

it('summarises kinds separately, even if their messages are equal', () => {
  const failures = make();
  failures.warn({ message: 'it failed', code: 'A' }, 'A');
  failures.warn({ message: 'it failed', code: 'B' }, 'B');
  failures.warn({ message: 'something else failed' });
  expect(lines).toHaveLength(3);
});

it('treats kinds above the maximum as one', () => {
  const failures = make();
  for (let kind = 0; kind < 1_000; kind++) failures.warn({ message: `failure ${kind}` });
  jest.advanceTimersByTime(MINUTE_MS);
  expect(lines.length).toBeLessThan(60);
});

it('inFull: logs that many failures per minute in full', () => {
  const failures = make({ inFull: 3 });
  for (let id = 1; id <= 10; id++) failures.error({ message: 'it failed', id });
  jest.advanceTimersByTime(MINUTE_MS);
  expect(lines.map(([, entry]) => entry)).toEqual([
    { message: 'it failed', id: 1 },
    { message: 'it failed', id: 2 },
    { message: 'it failed', id: 3 },
    { message: 'it failed', id: 10, repeated: 7, withinMs: MINUTE_MS },
  ]);
});

it('logs the summary without the correlation of a command', () => {
  const seen: unknown[] = [];
  const failures = new FailureLog({ warn: () => void seen.push(currentCorrelation()), error: () => undefined });
  withCorrelation({ id: 'command' }, () => {
    failures.warn({ message: 'it failed' });
    failures.warn({ message: 'it failed' });
  });
  jest.advanceTimersByTime(MINUTE_MS);
  expect(seen).toEqual([{ id: 'command' }, undefined]);
});
