/** FigureSampler: a shared clock that is corrected loses nothing that was counted. */
import type { FigureName, FiguresSample } from '@aeturnis/contracts';
import { Clock } from '@aeturnis/realtime';
import { FIGURE_NAMES } from './figure-ring';
import { FigureSampler } from './figure-sampler';
import type { FigureSource } from './figure-source';

const SECOND_MS = 1_000;
const START = 1_905_249_600;

class CorrectedClock extends Clock {
  offset = 0;

  override now(): number {
    return Date.now() + this.offset;
  }
}

beforeEach(() => jest.useFakeTimers({ now: START * SECOND_MS, doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

it('figure sampler: after the clock was set back by milliseconds, errors are counted in the next second', async () => {
  const clock = new CorrectedClock();
  let counted = 0;
  const measure = (): Promise<FiguresSample> => {
    const errors = { VALIDATION: counted };
    counted = 0;
    const series = Object.fromEntries(FIGURE_NAMES.map((name) => [name, 0])) as Pick<FiguresSample, FigureName>;
    return Promise.resolve({ ...series, errors, recoveries: {}, movesRefused: {} });
  };
  const sampler = new FigureSampler(clock, { measure } as FigureSource);
  await sampler.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(SECOND_MS + 500);
  counted = 5;
  clock.offset = -100;
  await jest.advanceTimersByTimeAsync(3 * SECOND_MS);
  sampler.onModuleDestroy();
  const errors = sampler.history(START, START + 3).errors['VALIDATION'] ?? [];
  expect(errors.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(5);
});
