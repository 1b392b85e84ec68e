/** Walkers leave while the others lose every volatile packet: the next keyframe must correct their views. */
import type { CellGrid } from '../../../../apps/server/src/world/interest/cell-grid';
import { waitUntil } from '../../../support/clients/client';
import { isViewAccurate } from './view-accuracy';
import type { WalkCounts } from './walk-job';
import type { Walker } from './walker';

/** One walker in this many leaves. */
const LEAVE_EVERY = 10;
/** Ticks within which the node announces the walkers that have left. */
const ANNOUNCEMENT_TICKS = 8;

/** To be called when no walker moves. @returns the views with ghosts, and the views that a keyframe did not correct. */
export async function countGhostViews(
  walkers: readonly Walker[],
  cells: CellGrid,
  timeoutMs: number,
): Promise<Pick<WalkCounts, 'ghostViews' | 'staleAfterKeyframe'>> {
  const leaving = walkers.filter(({ number }) => number % LEAVE_EVERY === 0);
  const staying = walkers.filter(({ number }) => number % LEAVE_EVERY !== 0);
  const countInaccurate = (): number => staying.filter((walker) => !isViewAccurate(walker, staying, cells)).length;
  for (const walker of staying) walker.isDroppingVolatile = true;
  for (const { client } of leaving) client.close();
  await waitUntil(
    () => staying.every(({ keyframe }) => leaving.every(({ number }) => !keyframe.listed.has(number))),
    'no keyframe lists the walkers that left',
    timeoutMs,
  );
  const removedAt = staying.map(({ keyframe }) => keyframe.tick);
  await waitUntil(
    () => staying.every(({ keyframe }, at) => keyframe.tick >= (removedAt[at] ?? 0) + ANNOUNCEMENT_TICKS),
    'the departures have been announced',
    timeoutMs,
  );
  const ghostViews = countInaccurate();
  for (const walker of staying) walker.isDroppingVolatile = false;
  await waitUntil(() => countInaccurate() === 0, 'no view shows a ghost', timeoutMs).catch(() => undefined);
  return { ghostViews, staleAfterKeyframe: countInaccurate() };
}
