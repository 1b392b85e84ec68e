/** The fan-out budget: one large operation passes and is paid for afterwards; guests wait longer; nobody waits for ever. */
import { FAN_OUT_BUDGET, GUEST_SHARE } from '@aeturnis/contracts';
import { FanOutBudget } from './fan-out-budget';

const PER_SECOND = (FAN_OUT_BUDGET.limit / FAN_OUT_BUDGET.windowMs) * 1_000;
const ANNA = { userId: 'anna', roles: ['player'] };
const BEN = { userId: 'ben', roles: ['guest'] };

function budget(limitsOn = true) {
  const clock = { at: 0, now: (): number => clock.at };
  return { clock, budget: new FanOutBudget({ limitsOn }, clock) };
}

it('lets the burst pass and makes a user wait for what is beyond it', () => {
  const { budget: own } = budget();
  own.charge('anna', FAN_OUT_BUDGET.burst);
  expect(own.admit(ANNA, 0)).toBe(0);
  own.charge('anna', PER_SECOND);
  expect(own.admit(ANNA, 0)).toBe(1_000);
  expect(own.admit(ANNA, 1_000)).toBe(0);
  expect(own.admit(BEN, 0)).toBe(0);
});

it('gives guests the same burst, and their share of what comes back', () => {
  const { budget: own } = budget();
  own.admit(BEN, 0);
  own.charge('ben', FAN_OUT_BUDGET.burst);
  expect(own.admit(BEN, 0)).toBe(0);
  own.charge('ben', PER_SECOND);
  expect(own.admit(BEN, 0)).toBe(1_000 / GUEST_SHARE);
});

it('bounds the debt of one operation, and forgets users whose budget is full', () => {
  const { budget: own, clock } = budget();
  own.charge('anna', 1e12);
  expect(own.admit(ANNA, 0)).toBe(60_000);
  clock.at = 200_000;
  own.sweep();
  expect(own.admit(ANNA, 0)).toBe(0);
});

it('charges nothing where limits are off', () => {
  const { budget: own } = budget(false);
  own.charge('anna', 1e12);
  expect(own.admit(ANNA, 0)).toBe(0);
});
