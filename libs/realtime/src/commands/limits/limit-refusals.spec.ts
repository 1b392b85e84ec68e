/** LimitRefusals: counts by name over the last minutes. */
import { LimitRefusals } from './limit-refusals';

const MINUTE_MS = 60_000;

let now: number;
let refusals: LimitRefusals;

beforeEach(() => {
  now = 1_000 * MINUTE_MS;
  refusals = new LimitRefusals({ now: () => now });
});

it('sums up the counts of each name over the minutes asked for, the current one included', () => {
  refusals.record('chat:message');
  now += MINUTE_MS;
  refusals.record('chat:message');
  refusals.record('connection');
  expect(refusals.during(1)).toEqual({ 'chat:message': 1, connection: 1 });
  expect(refusals.during(2)).toEqual({ 'chat:message': 2, connection: 1 });
});

it('counts nothing that is older than 15 minutes, and keeps none of it', () => {
  for (let minute = 0; minute < 100; minute++) {
    refusals.record('chat:message');
    now += MINUTE_MS;
  }
  expect(refusals.during(100)).toEqual({ 'chat:message': 14 });
  now += 20 * MINUTE_MS;
  expect(refusals.during(100)).toEqual({});
});
