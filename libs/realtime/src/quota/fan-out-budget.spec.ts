/** The fan-out budget: one large operation passes and is paid for afterwards; guests pay more; nobody waits for ever. */
import { FAN_OUT_BUDGET } from '@aeturnis/contracts';
import { FanOutBudget } from './fan-out-budget';

const PER_SECOND = (FAN_OUT_BUDGET.limit / FAN_OUT_BUDGET.windowMs) * 1_000;
const ANNA = { userId: 'anna' };

function budget(limitsOn = true) {
  const clock = { at: 0, now: (): number => clock.at };
  return { clock, budget: new FanOutBudget({ limitsOn }, clock) };
}

it('lets the burst pass and makes a user wait for what is beyond it', () => {
  const { budget: own } = budget();
  own.charge(ANNA, FAN_OUT_BUDGET.burst);
  expect(own.waitFor('anna', 0)).toBe(0);
  own.charge(ANNA, PER_SECOND);
  expect(own.waitFor('anna', 0)).toBe(1_000);
  expect(own.waitFor('anna', 1_000)).toBe(0);
  expect(own.waitFor('ben', 0)).toBe(0);
});

it('charges guests more for the same bytes', () => {
  const { budget: own } = budget();
  own.charge({ ...ANNA, roles: ['guest'] }, FAN_OUT_BUDGET.burst);
  expect(own.waitFor('anna', 0)).toBeGreaterThan(0);
});

it('bounds the debt of one operation, and forgets users whose budget is full', () => {
  const { budget: own, clock } = budget();
  own.charge(ANNA, 1e12);
  expect(own.waitFor('anna', 0)).toBe(60_000);
  clock.at = 200_000;
  own.sweep();
  expect(own.waitFor('anna', 0)).toBe(0);
});

it('charges nothing where limits are off', () => {
  const { budget: own } = budget(false);
  own.charge(ANNA, 1e12);
  expect(own.waitFor('anna', 0)).toBe(0);
});
