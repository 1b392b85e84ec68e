/** Changes of a state: each is logged, unless they are too many. */
import { StateChangeLog } from './state-change-log';
import { correlation, withCorrelation } from './correlation';

const MINUTE_MS = 60_000;

let lines: [string, object][];
let log: StateChangeLog;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  const sink = (level: string) => (entry: object) => void lines.push([level, { ...entry, ...correlation() }]);
  log = new StateChangeLog({ log: sink('log'), warn: sink('warn'), error: sink('error') });
});
afterEach(() => jest.useRealTimers());

it('logs changes as they come, and nothing behind them', () => {
  log.record('error', { message: 'lost', reason: 'no answer' });
  log.record('log', { message: 'there again' });
  jest.advanceTimersByTime(10 * MINUTE_MS);
  expect(lines).toEqual([
    ['error', { message: 'lost', reason: 'no answer' }],
    ['log', { message: 'there again' }],
  ]);
});

it('ten minutes in which a state changes each second are a few lines a minute, and end with what is so', () => {
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

it('a reason that is new is logged, however often the state has changed for others', () => {
  for (let change = 0; change < 20; change++) log.record('error', { message: 'lost: no answer' });
  lines = [];
  log.record('error', { message: 'lost: it is full' });
  expect(lines).toEqual([['error', { message: 'lost: it is full' }]]);
});

it('messages without number are bounded', () => {
  for (let change = 0; change < 1_000; change++) log.record('error', { message: `lost ${change}` });
  expect(lines.length).toBeLessThan(30);
});

it('does not name the request that noticed the change', () => {
  withCorrelation({ event: 'GET /health/ready', id: 'one' }, () => log.record('log', { message: 'there again' }));
  expect(lines).toEqual([['log', { message: 'there again' }]]);
});
