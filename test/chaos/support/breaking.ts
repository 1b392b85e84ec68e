/** Moments at which something is broken: by what has been counted, so that a slow machine breaks no more than it mends. */
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/client';
import type { Chance } from './seed';

const LOOK_MS = 10;

/** Does it again and again, each time after up to so many more. */
export async function everyFew(
  most: number,
  count: () => number,
  goOn: () => boolean,
  chance: Chance,
  work: () => unknown,
): Promise<void> {
  for (let next = count(); goOn(); await delay(LOOK_MS)) {
    if (count() < next) continue;
    next = count() + 1 + chance.below(most);
    await work();
  }
}

/** Settles when that much more than now has been counted. */
export async function after(more: number, count: () => number): Promise<void> {
  const enough = count() + more;
  await until(() => count() >= enough, `${more} more`, 30_000);
}
