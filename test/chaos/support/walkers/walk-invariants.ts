/** Asserts the counts of a walk. */
import type { ScenarioCounts } from '../scenario';
import type { WalkResult } from './walk-job';

/** Limit of the median replication lag between the nodes, in ticks. */
const MAX_MEDIAN_LAG_TICKS = 10;

export function expectWalkInvariants({ counts, examples }: WalkResult): ScenarioCounts {
  expect({ ...counts, examples }).toMatchObject({
    corrections: 0,
    mismatches: 0,
    staleAtRest: 0,
    invalidPositions: 0,
    staleAfterKeyframe: 0,
    examples: [],
  });
  for (const name of ['steps', 'samples', 'compared', 'dropped', 'ghostViews'] as const)
    expect(counts[name]).toBeGreaterThan(0);
  expect(counts.medianLagTicks).toBeLessThanOrEqual(MAX_MEDIAN_LAG_TICKS);
  return counts;
}
