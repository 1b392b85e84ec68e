/** Whether a picture shows everybody who is there now, where they stand, and nobody else: for when nobody walks. */
import type { Cells } from '../../../../apps/server/src/world/area/cells';
import type { Walker } from './walker';

export function isRight(viewer: Walker, present: readonly Walker[], cells: Cells): boolean {
  const own = viewer.track.last.cell;
  const there = present
    .filter(({ track }) => cells.areNear(track.last.cell, own))
    .map(({ number, track: { last } }) => [number, Math.round(last.x * 100), Math.round(last.y * 100)].join(' '));
  const shown = viewer.shown();
  const seen = Array.from({ length: shown.length / 3 }, (_, at) => shown.slice(3 * at, 3 * at + 3).join(' '));
  return seen.sort().join() === there.sort().join();
}
