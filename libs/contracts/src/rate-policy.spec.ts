/** Rate policies: the share of guests, and that no operation can cost more than the capacity of its bucket. */
import { COMMANDS } from './catalogue';
import { GUEST_SHARE, ADDED_MEMBERS_BUDGET, policyForGuests, rate } from './rate-policy';

it('guests get a share of tight policies, at least one token, and the full amount of all others', () => {
  const loose = rate(10, 60, { burst: 5 });
  expect(policyForGuests(loose)).toBe(loose);
  const tight = rate(10, 60, { burst: 1, tightForGuests: true });
  expect(policyForGuests(tight)).toEqual({ ...tight, limit: 10 * GUEST_SHARE, burst: 1 });
});

it('a budget refills more slowly for guests and keeps its burst, which covers the most expensive operation', () => {
  const policy = rate(10, 60, { work: { budget: ADDED_MEMBERS_BUDGET, fields: ['userIds'] } });
  expect(policyForGuests(policy).work?.budget).toEqual({
    ...ADDED_MEMBERS_BUDGET,
    limit: ADDED_MEMBERS_BUDGET.limit * GUEST_SHARE,
  });
});

it('the budget of every command has room for the longest list that a command accepts', () => {
  const LONGEST_LIST = 100;
  const budgets = COMMANDS.flatMap(({ policy }) => (policy.work ? [policy.work.budget] : []));
  expect(budgets.length).toBeGreaterThan(0);
  expect(budgets.filter(({ burst }) => burst < LONGEST_LIST)).toEqual([]);
});
