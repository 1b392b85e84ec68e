/** Policies as data: what guests get of them, and that no operation can cost more than its bucket holds. */
import { COMMANDS } from './catalogue';
import { GUEST_SHARE, PEOPLE_BUDGET, policyForGuests, rate } from './rate-policy';

it('guests get a share of tight policies, never less than one token, and all of the others', () => {
  const loose = rate(10, 60, { burst: 5 });
  expect(policyForGuests(loose)).toBe(loose);
  const tight = rate(10, 60, { burst: 1, tightForGuests: true });
  expect(policyForGuests(tight)).toEqual({ ...tight, limit: 10 * GUEST_SHARE, burst: 1 });
});

it('a budget refills more slowly for guests and still holds the most that one operation costs', () => {
  const policy = rate(10, 60, { work: { budget: PEOPLE_BUDGET, fields: ['userIds'] } });
  expect(policyForGuests(policy).work?.budget).toEqual({
    ...PEOPLE_BUDGET,
    limit: PEOPLE_BUDGET.limit * GUEST_SHARE,
  });
});

it('budgets of the commands hold the longest list that the commands take', () => {
  const LONGEST_LIST = 100;
  const budgets = COMMANDS.flatMap(({ policy }) => (policy.work ? [policy.work.budget] : []));
  expect(budgets.length).toBeGreaterThan(0);
  expect(budgets.filter(({ burst }) => burst < LONGEST_LIST)).toEqual([]);
});
