/** Ways in a zone: none leads through a wall, none is longer than it must be. */
import { fc } from '../../../../../test/support/properties';
import { type Box, crosses, isWithin, type Point } from './box';
import { Ways } from './ways';

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
    isWithin(inner, { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }),
  );
}

describe('crosses', () => {
  it('sees every box that a step goes through, however long the step and thin the box', () => {
    fc.assert(
      fc.property(point, point, side, (from, to, width) => {
        fc.pre(straight(from, to) > 1e-3);
        const box = wall(from.x + (to.x - from.x) / 2 - width / 2, from.y + (to.y - from.y) / 2 - 0.005, width, 0.01);
        expect(crosses(box, from, to)).toBe(true);
      }),
    );
    expect(crosses(wall(5, -1e6, 1e-3, 2e6), { x: -1e6, y: 3 }, { x: 1e6, y: 4 })).toBe(true);
  });

  it('agrees with looking at many points of the step', () => {
    fc.assert(
      fc.property(boxes, point, point, (all, from, to) => {
        for (const box of all) if (isSampledWithin(box, from, to)) expect(crosses(box, from, to)).toBe(true);
      }),
    );
  });

  it('lets pass what only touches', () => {
    const box = wall(10, 10, 5, 5);
    expect(crosses(box, { x: 0, y: 10 }, { x: 40, y: 10 })).toBe(false);
    expect(crosses(box, { x: 15, y: 0 }, { x: 15, y: 40 })).toBe(false);
    expect(crosses(box, { x: 5, y: 15 }, { x: 15, y: 5 })).toBe(false);
    expect(crosses(box, { x: 12, y: 12 }, { x: 12, y: 12 })).toBe(true);
  });
});

describe('the shortest way', () => {
  it('is straight where nothing is in between', () => {
    fc.assert(
      fc.property(point, point, (from, to) => {
        expect(new Ways(SIZE, SIZE, []).shortest(from, to)).toBeCloseTo(straight(from, to), 9);
      }),
    );
  });

  it('leads around one wall over its corners', () => {
    const ways = new Ways(SIZE, SIZE, [wall(10, 10, 2, 20)]);
    const around = 2 * Math.hypot(5, 5) + 2;
    expect(ways.shortest({ x: 5, y: 15 }, { x: 17, y: 15 })).toBeCloseTo(around);
    expect(ways.shortest({ x: 5, y: 15 }, { x: 17, y: 15 }, around + 0.01)).toBeCloseTo(around);
    expect(ways.shortest({ x: 5, y: 15 }, { x: 17, y: 15 }, around - 0.01)).toBe(Infinity);
  });

  it('does not lead out of the zone', () => {
    const ways = new Ways(SIZE, SIZE, [wall(10, -1, 2, SIZE + 2)]);
    expect(ways.shortest({ x: 5, y: 15 }, { x: 17, y: 15 })).toBe(Infinity);
  });

  it('is never shorter than the straight one, is the same back, and is no longer by way of a third place', () => {
    fc.assert(
      fc.property(boxes, point, point, point, (all, from, to, over) => {
        const ways = new Ways(SIZE, SIZE, all);
        fc.pre([from, to, over].every((each) => ways.isFree(each)));
        const length = ways.shortest(from, to);
        expect(length).toBeGreaterThanOrEqual(straight(from, to) - 1e-6);
        const back = ways.shortest(to, from);
        if (Number.isFinite(length) || Number.isFinite(back)) expect(back).toBeCloseTo(length, 5);
        const detour = ways.shortest(from, over) + ways.shortest(over, to);
        if (Number.isFinite(detour)) expect(length).toBeLessThanOrEqual(detour + 1e-6);
      }),
    );
  });

  it('is found under a limit exactly where it is not longer', () => {
    fc.assert(
      fc.property(boxes, point, point, fc.double({ min: 0, max: 100, noNaN: true }), (all, from, to, limit) => {
        const ways = new Ways(SIZE, SIZE, all);
        fc.pre(ways.isFree(from) && ways.isFree(to));
        const length = ways.shortest(from, to);
        const limited = ways.shortest(from, to, limit);
        if (length <= limit - 1e-6) expect(limited).toBeCloseTo(length, 6);
        if (length > limit + 1e-6) expect(limited).toBe(Infinity);
      }),
    );
  });
});
