/** StateChangeLog: logs each change of a state, and counts changes that repeat within a minute. */
import { StateChangeLog } from './state-change-log';
import { currentCorrelation, withCorrelation } from './correlation';

const MINUTE_MS = 60_000;

let lines: [string, object][];
let log: StateChangeLog;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  const sink = (level: string) => (entry: object) => void lines.push([level, { ...entry, ...currentCorrelation() }]);
  log = new StateChangeLog({ log: sink('log'), warn: sink('warn'), error: sink('error') });
});
afterEach(() => jest.useRealTimers());

it('logs each change at once, without a summary', () => {
  log.record('error', { message: 'lost', reason: 'no answer' });
  log.record('log', { message: 'there again' });
  jest.advanceTimersByTime(10 * MINUTE_MS);
  expect(lines).toEqual([
    ['error', { message: 'lost', reason: 'no answer' }],
    ['log', { message: 'there again' }],
  ]);
});

it('logs ten minutes of changes per second in a few lines per minute, and the current state last', () => {
  for (let second = 0; second < 600; second++) {
    if (second % 2 === 0) log.record('error', { message: 'lost' });
    else log.record('log', { message: 'there again' });
    jest.advanceTimersByTime(1_000);
  }
  jest.advanceTimersByTime(MINUTE_MS);
  expect(lines.length).toBeLessThan(100);
  expect(lines.slice(6, 8)).toEqual([
    ['error', { message: 'lost', changes: 30, withinMs: MINUTE_MS }],
    ['log', { message: 'there again', changes: 30, withinMs: MINUTE_MS }],
  ]);
  expect(lines.at(-1)?.[1]).toMatchObject({ message: 'there again' });
});

it('logs a new reason at once, after many changes for another reason', () => {
  for (let change = 0; change < 20; change++) log.record('error', { message: 'lost: no answer' });
  lines = [];
  log.record('error', { message: 'lost: it is full' });
  expect(lines).toEqual([['error', { message: 'lost: it is full' }]]);
});

it('bounds the number of lines for an unlimited number of messages', () => {
  for (let change = 0; change < 1_000; change++) log.record('error', { message: `lost ${change}` });
  expect(lines.length).toBeLessThan(30);
});

it('logs a change without the correlation of the request that noticed it', () => {
  withCorrelation({ event: 'GET /health/ready', id: 'one' }, () => log.record('log', { message: 'there again' }));
  expect(lines).toEqual([['log', { message: 'there again' }]]);
});
