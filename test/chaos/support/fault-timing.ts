/** Times faults by counters instead of the clock, so that a slow machine has no more faults per unit of work. */
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../support/clients/client';
import type { ScenarioRandom } from './scenario-random';

const POLL_MS = 10;

/** Repeats `work`, each time after the count has grown by a random number up to `maxInterval`. */
export async function repeatAtRandomCounts(
  maxInterval: number,
  count: () => number,
  shouldContinue: () => boolean,
  random: ScenarioRandom,
  work: () => unknown,
): Promise<void> {
  for (let next = count(); shouldContinue(); await delay(POLL_MS)) {
    if (count() < next) continue;
    next = count() + 1 + random.nextInt(maxInterval);
    await work();
  }
}

/** Resolves when the count has grown by `more`. */
export async function waitForMore(more: number, count: () => number): Promise<void> {
  const goal = count() + more;
  await waitUntil(() => count() >= goal, `${more} more`, 30_000);
}
