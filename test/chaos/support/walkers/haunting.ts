/** Some leave while the others lose every word of it: what they show is right again after the next keyframe. */
import type { Cells } from '../../../../apps/server/src/world/area/cells';
import { until } from '../../../support/client';
import { isRight } from './rightness';
import type { Walker } from './walker';

/** Of each so many one leaves. */
const LEAVES_OF = 10;
/** Ticks in which it is told who has left. */
const TOLD_FOR = 8;

/** For when nobody walks. @returns how many pictures showed who was gone, and how many of them still do. */
export async function haunt(
  walkers: readonly Walker[],
  cells: Cells,
  patienceMs: number,
): Promise<{ haunted: number; unhealed: number }> {
  const leaving = walkers.filter(({ number }) => number % LEAVES_OF === 0);
  const staying = walkers.filter(({ number }) => number % LEAVES_OF !== 0);
  const wrong = (): number => staying.filter((walker) => !isRight(walker, staying, cells)).length;
  for (const walker of staying) walker.deaf = true;
  for (const { client } of leaving) client.close();
  await until(
    () => staying.every(({ keyframe }) => leaving.every(({ number }) => !keyframe.listed.has(number))),
    'they are gone',
    patienceMs,
  );
  const gone = staying.map(({ keyframe }) => keyframe.tick);
  await until(
    () => staying.every(({ keyframe }, at) => keyframe.tick >= (gone[at] ?? 0) + TOLD_FOR),
    'all was told',
    patienceMs,
  );
  const haunted = wrong();
  for (const walker of staying) walker.deaf = false;
  await until(() => wrong() === 0, 'nobody is haunted', patienceMs).catch(() => undefined);
  return { haunted, unhealed: wrong() };
}
