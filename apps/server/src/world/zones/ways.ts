/**
 * Where one can walk in a zone, and how far it is: shortest ways around obstacles, over the visibility graph of their
 * corners (Lozano-Pérez and Wesley, 1979), which is built once.
 */
import { type Box, corners, crosses, distance, isWithin, type Point } from './box';

interface Passage {
  readonly to: number;
  readonly corner: Point;
  readonly length: number;
}

export class Ways {
  private readonly corners: readonly Point[];
  /** By corner: the corners that are seen from it. Filled when they are first asked for. */
  private readonly passages = new Map<number, readonly Passage[]>();

  /** `walls` are what the middle of a character cannot be in: obstacles, grown by half its size. */
  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly walls: readonly Box[],
  ) {
    this.corners = walls.flatMap(corners).filter((corner) => this.isFree(corner));
  }

  /** In the zone, borders included, and in no wall. No number that is not finite is. */
  isFree(point: Point): boolean {
    const { x, y } = point;
    if (!(x >= 0 && x <= this.width && y >= 0 && y <= this.height)) return false;
    return !this.walls.some((wall) => isWithin(wall, point));
  }

  /** Whether the straight way is free between two points of the zone. */
  isClear(from: Point, to: Point): boolean {
    return !this.walls.some((wall) => crosses(wall, from, to));
  }

  /** Length in units of the shortest way between two free points; Infinity where there is none that is not longer than `limit`. */
  shortest(from: Point, to: Point, limit = Infinity): number {
    const straight = distance(from, to);
    if (straight > limit) return Infinity;
    if (this.isClear(from, to)) return straight;
    return this.around(from, to, limit);
  }

  // A* (Hart, Nilsson and Raphael, 1968): no corner is looked at over which the way would be too long.
  private around(from: Point, to: Point, limit: number): number {
    const lengths = new Map<number, number>();
    // By corner: how long the whole way is at least that leads over it.
    const open = new Map<number, number>();
    let best = limit;
    let found = Infinity;
    const reach = (corner: Point, index: number, length: number): void => {
      const whole = length + distance(corner, to);
      if (whole > best || length >= (lengths.get(index) ?? Infinity)) return;
      lengths.set(index, length);
      open.set(index, whole);
    };
    this.corners.forEach((corner, index) => {
      const length = distance(from, corner);
      if (length + distance(corner, to) <= limit && this.isClear(from, corner)) reach(corner, index, length);
    });
    for (let next = least(open); next; next = least(open)) {
      const [index, whole] = next;
      open.delete(index);
      const corner = this.corners[index];
      if (!corner || whole > best) break;
      if (this.isClear(corner, to)) best = found = whole;
      const length = lengths.get(index) ?? Infinity;
      for (const passage of this.passagesOf(index)) reach(passage.corner, passage.to, length + passage.length);
    }
    return found;
  }

  private passagesOf(index: number): readonly Passage[] {
    const known = this.passages.get(index);
    if (known) return known;
    const from = this.corners[index];
    const seen: Passage[] = [];
    this.corners.forEach((corner, to) => {
      if (from && to !== index && this.isClear(from, corner)) seen.push({ to, corner, length: distance(from, corner) });
    });
    this.passages.set(index, seen);
    return seen;
  }
}

function least(open: ReadonlyMap<number, number>): readonly [index: number, whole: number] | undefined {
  let found: readonly [number, number] | undefined;
  for (const entry of open) if (!found || entry[1] < found[1]) found = entry;
  return found;
}
