/** Paths in a zone: they cross no wall and are the shortest. */
import { fc } from '../../../../../test/support/properties';
import { type Box, segmentCrossesBox, isPointInBox, type Point } from './box';
import { Pathfinder } from './pathfinder';

const SIZE = 40;
const coordinate = fc.double({ min: 0, max: SIZE, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const side = fc.double({ min: 0.5, max: 12, noNaN: true });
const boxes = fc.array(fc.record({ x: coordinate, y: coordinate, width: side, height: side }), { maxLength: 8 });
const wall = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });
const straight = (from: Point, to: Point): number => Math.hypot(to.x - from.x, to.y - from.y);

/** Whether any of many points of a segment is well within the box. */
function isSampledWithin(box: Box, from: Point, to: Point): boolean {
  const inner = { x: box.x + 1e-6, y: box.y + 1e-6, width: box.width - 2e-6, height: box.height - 2e-6 };
  return Array.from({ length: 501 }, (_, index) => index / 500).some((part) =>
    isPointInBox(inner, { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }),
  );
}

describe('segmentCrossesBox', () => {
  it('detects each crossed box, for any length of the step and any thickness of the box', () => {
    fc.assert(
      fc.property(point, point, side, (from, to, width) => {
        fc.pre(straight(from, to) > 1e-3);
        const box = wall(from.x + (to.x - from.x) / 2 - width / 2, from.y + (to.y - from.y) / 2 - 0.005, width, 0.01);
        expect(segmentCrossesBox(box, from, to)).toBe(true);
      }),
    );
    expect(segmentCrossesBox(wall(5, -1e6, 1e-3, 2e6), { x: -1e6, y: 3 }, { x: 1e6, y: 4 })).toBe(true);
  });

  it('agrees with sampled points of the segment', () => {
    fc.assert(
      fc.property(boxes, point, point, (all, from, to) => {
        for (const box of all) if (isSampledWithin(box, from, to)) expect(segmentCrossesBox(box, from, to)).toBe(true);
      }),
    );
  });

  it('ignores segments that only touch the box', () => {
    const box = wall(10, 10, 5, 5);
    expect(segmentCrossesBox(box, { x: 0, y: 10 }, { x: 40, y: 10 })).toBe(false);
    expect(segmentCrossesBox(box, { x: 15, y: 0 }, { x: 15, y: 40 })).toBe(false);
    expect(segmentCrossesBox(box, { x: 5, y: 15 }, { x: 15, y: 5 })).toBe(false);
    expect(segmentCrossesBox(box, { x: 12, y: 12 }, { x: 12, y: 12 })).toBe(true);
  });
});

describe('shortestDistance', () => {
  it('is the straight distance without walls', () => {
    fc.assert(
      fc.property(point, point, (from, to) => {
        expect(new Pathfinder(SIZE, SIZE, []).shortestDistance(from, to)).toBeCloseTo(straight(from, to), 9);
      }),
    );
  });

  it('leads around a wall over its corners', () => {
    const pathfinder = new Pathfinder(SIZE, SIZE, [wall(10, 10, 2, 20)]);
    const around = 2 * Math.hypot(5, 5) + 2;
    expect(pathfinder.shortestDistance({ x: 5, y: 15 }, { x: 17, y: 15 })).toBeCloseTo(around);
    expect(pathfinder.shortestDistance({ x: 5, y: 15 }, { x: 17, y: 15 }, around + 0.01)).toBeCloseTo(around);
    expect(pathfinder.shortestDistance({ x: 5, y: 15 }, { x: 17, y: 15 }, around - 0.01)).toBe(Infinity);
  });

  it('does not lead out of the zone', () => {
    const pathfinder = new Pathfinder(SIZE, SIZE, [wall(10, -1, 2, SIZE + 2)]);
    expect(pathfinder.shortestDistance({ x: 5, y: 15 }, { x: 17, y: 15 })).toBe(Infinity);
  });

  it('is at least the straight distance, symmetric, and obeys the triangle inequality', () => {
    fc.assert(
      fc.property(boxes, point, point, point, (all, from, to, over) => {
        const pathfinder = new Pathfinder(SIZE, SIZE, all);
        fc.pre([from, to, over].every((place) => pathfinder.isFree(place)));
        const length = pathfinder.shortestDistance(from, to);
        expect(length).toBeGreaterThanOrEqual(straight(from, to) - 1e-6);
        const back = pathfinder.shortestDistance(to, from);
        if (Number.isFinite(length) || Number.isFinite(back)) expect(back).toBeCloseTo(length, 5);
        const detour = pathfinder.shortestDistance(from, over) + pathfinder.shortestDistance(over, to);
        if (Number.isFinite(detour)) expect(length).toBeLessThanOrEqual(detour + 1e-6);
      }),
    );
  });

  it('is finite under a limit exactly if it is within the limit', () => {
    fc.assert(
      fc.property(boxes, point, point, fc.double({ min: 0, max: 100, noNaN: true }), (all, from, to, limit) => {
        const pathfinder = new Pathfinder(SIZE, SIZE, all);
        fc.pre(pathfinder.isFree(from) && pathfinder.isFree(to));
        const length = pathfinder.shortestDistance(from, to);
        const limited = pathfinder.shortestDistance(from, to, limit);
        if (length <= limit - 1e-6) expect(limited).toBeCloseTo(length, 6);
        if (length > limit + 1e-6) expect(limited).toBe(Infinity);
      }),
    );
  });
});
