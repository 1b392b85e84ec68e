/** Upright boxes, and what passes through them. What only touches an edge is outside. */

/** In units; x to the east, y to the south. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `x` and `y` are its corner in the north-west. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** In units. Not `Math.hypot`, which makes a list of its arguments: this is asked for every step. */
export function distance(from: Point, to: Point): number {
  const [x, y] = [to.x - from.x, to.y - from.y];
  return Math.sqrt(x * x + y * y);
}

/** Units of a segment that may lie in a box by rounding alone. */
const GRAZE = 1e-8;

/** The box with a margin on all sides. */
export function grown({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

export function isWithin({ x, y, width, height }: Box, point: Point): boolean {
  return point.x > x && point.x < x + width && point.y > y && point.y < y + height;
}

export function overlaps(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** Whether the inner box lies in the outer one; their edges may meet. */
export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** From the north-west, clockwise. */
export function corners({ x, y, width, height }: Box): [Point, Point, Point, Point] {
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}

export function centre({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/**
 * Whether any part of the straight way from one point to another is within the box, however long it is (slab method,
 * Kay and Kajiya, 1986). It runs for every step and obstacle, and makes no garbage.
 */
export function crosses(box: Box, from: Point, to: Point): boolean {
  // Most boxes are far from most steps, and this is asked of all of them for every step.
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
  let enters = 0;
  let leaves = 1;
  if (alongX !== 0) {
    enters = Math.max(enters, Math.min(west / alongX, east / alongX));
    leaves = Math.min(leaves, Math.max(west / alongX, east / alongX));
  }
  if (alongY !== 0) {
    enters = Math.max(enters, Math.min(north / alongY, south / alongY));
    leaves = Math.min(leaves, Math.max(north / alongY, south / alongY));
  }
  if (alongX === 0 && alongY === 0) return true;
  return (leaves - enters) * (Math.abs(alongX) + Math.abs(alongY)) > GRAZE;
}
