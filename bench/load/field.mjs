// Where movers walk: fields on a plain zone without anything in it, wide enough for so many to be seen at a time.
import { join } from 'node:path';
import { folder } from '../support/places.mjs';
import { placesIn } from './walk.mjs';

export const ZONE = 'starting_village';
export const ZONES = join(folder, 'zones');

/** Side of the cells that a zone is divided into; who is in the cells around one's own is in view. */
const CELL = 30;
/** So many should be in view, oneself included. */
const VIEW = 60;
const CORNER = { x: 10 * CELL, y: 10 * CELL };

/** Everybody sees everybody: about a corner of four cells, which no cell is wider than. */
export const crowded = (count) =>
  field({ x: CORNER.x - 0.4 * CELL, y: CORNER.y - 0.4 * CELL, side: 0.8 * CELL }, count);

/**
 * A view is 3 × 3 cells, and less at the borders: on average over a field of side s it is (3 - 2 × CELL / s) cells wide.
 * The side solves s² × VIEW = count × (that × CELL)².
 */
export function scattered(count) {
  const ratio = Math.sqrt(count / VIEW);
  const side = (CELL * (3 * ratio + Math.sqrt(9 * ratio ** 2 - 8 * ratio))) / 2;
  return field({ ...CORNER, side }, count);
}

const field = (box, count) => ({ field: box, places: placesIn(box, count) });
