/** Whether a view shows exactly the walkers in range, at their current positions; to be used when no walker moves. */
import type { CellGrid } from '../../../../apps/server/src/world/interest/cell-grid';
import type { Walker } from './walker';

export function isViewAccurate(viewer: Walker, present: readonly Walker[], cells: CellGrid): boolean {
  const own = viewer.history.last.cell;
  const expected = present
    .filter(({ history }) => cells.areNear(history.last.cell, own))
    .map(({ number, history: { last } }) => [number, Math.round(last.x * 100), Math.round(last.y * 100)].join(' '));
  const shown = viewer.visiblePositions();
  const seen = Array.from({ length: shown.length / 3 }, (_, at) => shown.slice(3 * at, 3 * at + 3).join(' '));
  return seen.sort().join() === expected.sort().join();
}
