/** What has to come of a walk. */
import type { Counted } from '../scenario';
import type { Result } from './job';

/** How many ticks of the other node a node has not heard of yet, usually. */
const BEHIND_AT_MOST = 10;

export function expectTrue({ counts, examples }: Result): Counted {
  expect({ ...counts, examples }).toMatchObject({
    corrections: 0,
    mismatches: 0,
    unsettled: 0,
    untrue: 0,
    unhealed: 0,
    examples: [],
  });
  for (const each of ['steps', 'samples', 'compared', 'dropped', 'haunted'] as const)
    expect(counts[each]).toBeGreaterThan(0);
  expect(counts.behind).toBeLessThanOrEqual(BEHIND_AT_MOST);
  return counts;
}
