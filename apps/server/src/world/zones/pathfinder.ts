/**
 * Free positions and shortest paths in a zone: paths around obstacles over the visibility graph of their corners
 * (Lozano-Pérez and Wesley, 1979), whose edges are computed on first use and kept.
 */
import { type Box, cornersOf, segmentCrossesBox, distance, isPointInBox, type Point } from './box';

interface VisibilityEdge {
  readonly to: number;
  readonly corner: Point;
  readonly length: number;
}

export class Pathfinder {
  private readonly corners: readonly Point[];
  /** By corner: the corners that are visible from it. Filled on first use. */
  private readonly edges = new Map<number, readonly VisibilityEdge[]>();

  /** `walls`: the boxes that the centre of a character cannot be in, which are obstacles expanded by half its size. */
  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly walls: readonly Box[],
  ) {
    this.corners = walls.flatMap(cornersOf).filter((corner) => this.isFree(corner));
  }

  /** Whether the point is in the zone, borders included, and in no wall. False for coordinates that are not finite. */
  isFree(point: Point): boolean {
    const { x, y } = point;
    if (!(x >= 0 && x <= this.width && y >= 0 && y <= this.height)) return false;
    return !this.walls.some((wall) => isPointInBox(wall, point));
  }

  /** Whether the segment between two points of the zone crosses no wall. */
  isClear(from: Point, to: Point): boolean {
    return !this.walls.some((wall) => segmentCrossesBox(wall, from, to));
  }

  /** Length in units of the shortest path between two free points; Infinity if none is within `limit`. */
  shortestDistance(from: Point, to: Point, limit = Infinity): number {
    const straightLength = distance(from, to);
    if (straightLength > limit) return Infinity;
    if (this.isClear(from, to)) return straightLength;
    return this.distanceAroundWalls(from, to, limit);
  }

  // A* (Hart, Nilsson and Raphael, 1968): skips corners through which the path would exceed the limit.
  private distanceAroundWalls(from: Point, to: Point, limit: number): number {
    const lengths = new Map<number, number>();
    // By corner: the lower bound for the length of a path through it.
    const open = new Map<number, number>();
    let best = limit;
    let shortest = Infinity;
    const reach = (corner: Point, index: number, length: number): void => {
      const estimate = length + distance(corner, to);
      if (estimate > best || length >= (lengths.get(index) ?? Infinity)) return;
      lengths.set(index, length);
      open.set(index, estimate);
    };
    this.corners.forEach((corner, index) => {
      const length = distance(from, corner);
      if (length + distance(corner, to) <= limit && this.isClear(from, corner)) reach(corner, index, length);
    });
    for (let next = lowestEstimate(open); next; next = lowestEstimate(open)) {
      const [index, estimate] = next;
      open.delete(index);
      const corner = this.corners[index];
      if (!corner || estimate > best) break;
      if (this.isClear(corner, to)) best = shortest = estimate;
      const length = lengths.get(index) ?? Infinity;
      for (const edge of this.edgesOf(index)) reach(edge.corner, edge.to, length + edge.length);
    }
    return shortest;
  }

  private edgesOf(index: number): readonly VisibilityEdge[] {
    const known = this.edges.get(index);
    if (known) return known;
    const from = this.corners[index];
    const edges: VisibilityEdge[] = [];
    this.corners.forEach((corner, to) => {
      if (from && to !== index && this.isClear(from, corner))
        edges.push({ to, corner, length: distance(from, corner) });
    });
    this.edges.set(index, edges);
    return edges;
  }
}

function lowestEstimate(open: ReadonlyMap<number, number>): readonly [index: number, estimate: number] | undefined {
  let found: readonly [number, number] | undefined;
  for (const entry of open) if (!found || entry[1] < found[1]) found = entry;
  return found;
}
