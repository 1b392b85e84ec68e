/** Geometry of axis-aligned boxes: containment, overlap and crossing segments. Touching an edge counts as outside. */

/** In units; x to the east, y to the south. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `x` and `y` are its north-west corner. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** In units. Not `Math.hypot`, which allocates a list of its arguments: this runs for each step. */
export function distance(from: Point, to: Point): number {
  const [x, y] = [to.x - from.x, to.y - from.y];
  return Math.sqrt(x * x + y * y);
}

/** Units of a segment that may lie in a box because of rounding alone. */
const CROSSING_TOLERANCE = 1e-8;

/** The box with a margin on all sides. */
export function expandBox({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

export function isPointInBox({ x, y, width, height }: Box, point: Point): boolean {
  return point.x > x && point.x < x + width && point.y > y && point.y < y + height;
}

export function boxesOverlap(first: Box, second: Box): boolean {
  return (
    first.x < second.x + second.width &&
    second.x < first.x + first.width &&
    first.y < second.y + second.height &&
    second.y < first.y + first.height
  );
}

/** Whether the inner box lies in the outer one; their edges may meet. */
export function boxContains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** From the north-west, clockwise. */
export function cornersOf({ x, y, width, height }: Box): [Point, Point, Point, Point] {
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}

/**
 * Whether any part of the segment is within the box, however long the segment is (slab method, Kay and Kajiya, 1986). It
 * runs for each step and obstacle, and allocates nothing.
 */
export function segmentCrossesBox(box: Box, from: Point, to: Point): boolean {
  // Fast rejection: most boxes are far from most steps.
  if ((from.x <= box.x && to.x <= box.x) || (from.y <= box.y && to.y <= box.y)) return false;
  const farX = box.x + box.width;
  const farY = box.y + box.height;
  if ((from.x >= farX && to.x >= farX) || (from.y >= farY && to.y >= farY)) return false;
  const alongX = to.x - from.x;
  const alongY = to.y - from.y;
  const west = box.x - from.x;
  const east = west + box.width;
  const north = box.y - from.y;
  const south = north + box.height;
  if (alongX === 0 && (west >= 0 || east <= 0)) return false;
  if (alongY === 0 && (north >= 0 || south <= 0)) return false;
  let entry = 0;
  let exit = 1;
  if (alongX !== 0) {
    entry = Math.max(entry, Math.min(west / alongX, east / alongX));
    exit = Math.min(exit, Math.max(west / alongX, east / alongX));
  }
  if (alongY !== 0) {
    entry = Math.max(entry, Math.min(north / alongY, south / alongY));
    exit = Math.min(exit, Math.max(north / alongY, south / alongY));
  }
  if (alongX === 0 && alongY === 0) return true;
  return (exit - entry) * (Math.abs(alongX) + Math.abs(alongY)) > CROSSING_TOLERANCE;
}
