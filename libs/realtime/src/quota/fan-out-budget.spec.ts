/** FanOutBudget: a large operation passes and the user waits after it; guests wait longer; the wait is bounded. */
import { FAN_OUT_BUDGET, GUEST_SHARE } from '@aeturnis/contracts';
import { FanOutBudget } from './fan-out-budget';

const PER_SECOND = (FAN_OUT_BUDGET.limit / FAN_OUT_BUDGET.windowMs) * 1_000;
const ANNA = { userId: 'anna', roles: ['player'] };
const BEN = { userId: 'ben', roles: ['guest'] };

function createBudget(hasLimits = true) {
  const clock = { at: 0, now: (): number => clock.at };
  return { clock, budget: new FanOutBudget({ hasLimits }, clock) };
}

it('admits a user until the burst is used up, then makes the user wait for the excess', () => {
  const { budget } = createBudget();
  budget.charge('anna', FAN_OUT_BUDGET.burst);
  expect(budget.admit(ANNA, 0)).toBe(0);
  budget.charge('anna', PER_SECOND);
  expect(budget.admit(ANNA, 0)).toBe(1_000);
  expect(budget.admit(ANNA, 1_000)).toBe(0);
  expect(budget.admit(BEN, 0)).toBe(0);
});

it('gives guests the same burst, and their share of the refill', () => {
  const { budget } = createBudget();
  budget.admit(BEN, 0);
  budget.charge('ben', FAN_OUT_BUDGET.burst);
  expect(budget.admit(BEN, 0)).toBe(0);
  budget.charge('ben', PER_SECOND);
  expect(budget.admit(BEN, 0)).toBe(1_000 / GUEST_SHARE);
});

it('bounds the debt of one operation, and removes users whose budget is full', () => {
  const { budget, clock } = createBudget();
  budget.charge('anna', 1e12);
  expect(budget.admit(ANNA, 0)).toBe(60_000);
  clock.at = 200_000;
  budget.sweep();
  expect(budget.admit(ANNA, 0)).toBe(0);
});

it('charges nothing if limits are off', () => {
  const { budget } = createBudget(false);
  budget.charge('anna', 1e12);
  expect(budget.admit(ANNA, 0)).toBe(0);
});
