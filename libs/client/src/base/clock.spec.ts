/** The clock of the device. */
import { systemClock } from './clock';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it.each([Infinity, 2 ** 31, 1e12])('clock: what is due in %d ms is not done at once', (ms) => {
  const work = jest.fn();
  const cancel = systemClock.after(ms, work);
  jest.advanceTimersByTime(3_600_000);
  expect(work).not.toHaveBeenCalled();
  cancel();
  expect(jest.getTimerCount()).toBe(0);
});
