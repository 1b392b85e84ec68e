// Fields for movers on an empty zone, sized for a given number of players in view.
import { join } from 'node:path';
import { benchDir } from '../support/paths.mjs';
import { spreadPositions } from './random-walk.mjs';

export const ZONE = 'starting_village';
export const ZONES_DIR = join(benchDir, 'zones');

/** Side of a cell of the interest grid; players in a character's own and adjacent cells are in its view. */
const CELL_SIZE = 30;
/** Average number of players in view on a scattered field, the viewer included. */
const PLAYERS_IN_VIEW = 60;
const CORNER = { x: 10 * CELL_SIZE, y: 10 * CELL_SIZE };

/** Every player sees every other: the field lies around a common corner of four cells and is smaller than a cell. */
export const crowdedField = (count) =>
  fieldWith({ x: CORNER.x - 0.4 * CELL_SIZE, y: CORNER.y - 0.4 * CELL_SIZE, side: 0.8 * CELL_SIZE }, count);

/**
 * A view is 3 × 3 cells, and less at the borders: on average over a field of side s it is w = 3 - 2 × CELL / s cells wide.
 * The side solves s² × PLAYERS_IN_VIEW = count × (w × CELL)².
 */
export function scatteredField(count) {
  const ratio = Math.sqrt(count / PLAYERS_IN_VIEW);
  const side = (CELL_SIZE * (3 * ratio + Math.sqrt(9 * ratio ** 2 - 8 * ratio))) / 2;
  return fieldWith({ ...CORNER, side }, count);
}

const fieldWith = (box, count) => ({ field: box, places: spreadPositions(box, count) });
