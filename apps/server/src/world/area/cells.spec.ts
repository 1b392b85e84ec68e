/** Cells and their borders: everywhere is one, nobody flickers, and who is near is near both ways. */
import { fc } from '../../../../../test/support/properties';
import { CELL_MARGIN, Cells, VIEW_CELL } from './cells';

const side = fc.integer({ min: 10, max: 400 });
const size = fc.record({ width: side, height: side });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const places = fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 60 });

it('has a cell for every place, the far edges included', () => {
  fc.assert(
    fc.property(size, share, share, ({ width, height }, x, y) => {
      const cells = new Cells({ width, height });
      const all = Math.ceil(width / VIEW_CELL) * Math.ceil(height / VIEW_CELL);
      const cell = cells.at(x * width, y * height);
      expect(Number.isInteger(cell) && cell >= 0 && cell < all).toBe(true);
    }),
  );
});

it('lets a walker keep its cell up to the margin past the border, and no farther', () => {
  fc.assert(
    fc.property(size, places, ({ width, height }, way) => {
      const cells = new Cells({ width, height });
      const columns = Math.ceil(width / VIEW_CELL);
      const past = (coordinate: number, index: number): number =>
        Math.max(index * VIEW_CELL - coordinate, coordinate - (index + 1) * VIEW_CELL, 0);
      let cell = cells.at(0, 0);
      for (const [shareX, shareY] of way) {
        const [x, y] = [shareX * width, shareY * height];
        const before = cell;
        cell = cells.next(before, x, y);
        expect(past(x, cell % columns)).toBeLessThanOrEqual(CELL_MARGIN);
        expect(past(y, Math.floor(cell / columns))).toBeLessThanOrEqual(CELL_MARGIN);
        const wasWithin =
          past(x, before % columns) <= CELL_MARGIN && past(y, Math.floor(before / columns)) <= CELL_MARGIN;
        expect(cell === before).toBe(wasWithin);
      }
    }),
  );
});

it('does not let who walks to and fro over a border come and go', () => {
  const cells = new Cells({ width: 300, height: 300 });
  const begun = cells.at(VIEW_CELL - 1, 5);
  for (const x of [VIEW_CELL + 2.9, VIEW_CELL - 2.9, VIEW_CELL + 2.5]) expect(cells.next(begun, x, 5)).toBe(begun);
  const crossed = cells.next(begun, VIEW_CELL + 3.1, 5);
  expect(crossed).not.toBe(begun);
  expect(cells.next(crossed, VIEW_CELL - 2.9, 5)).toBe(crossed);
});

it('sees from a cell exactly those cells that see it', () => {
  fc.assert(
    fc.property(size, share, share, share, share, ({ width, height }, ...shares) => {
      const cells = new Cells({ width, height });
      const [x1, y1, x2, y2] = shares;
      const [one, other] = [cells.at(x1 * width, y1 * height), cells.at(x2 * width, y2 * height)];
      expect(cells.areNear(one, other)).toBe(cells.around(one).includes(other));
      expect(cells.areNear(other, one)).toBe(cells.areNear(one, other));
      const apart = Math.max(Math.abs(x1 - x2) * width, Math.abs(y1 - y2) * height);
      if (apart <= VIEW_CELL) expect(cells.areNear(one, other)).toBe(true);
      if (apart > 2 * VIEW_CELL) expect(cells.areNear(one, other)).toBe(false);
    }),
  );
});
