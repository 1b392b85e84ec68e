/** The grid of cells: covers the zone, keeps entities near a border in their cell, and has symmetric visibility. */
import { fc } from '../../../../../test/support/properties';
import { CELL_BORDER_MARGIN, CellGrid, VIEW_CELL_SIZE } from './cell-grid';

const side = fc.integer({ min: 10, max: 400 });
const size = fc.record({ width: side, height: side });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const places = fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 60 });

it('CellGrid: has a cell for each position, far edges included', () => {
  fc.assert(
    fc.property(size, share, share, ({ width, height }, x, y) => {
      const cells = new CellGrid({ width, height });
      const all = Math.ceil(width / VIEW_CELL_SIZE) * Math.ceil(height / VIEW_CELL_SIZE);
      const cell = cells.cellAt(x * width, y * height);
      expect(Number.isInteger(cell) && cell >= 0 && cell < all).toBe(true);
    }),
  );
});

it('CellGrid: keeps the cell of an entity up to the margin past the border, and no farther', () => {
  fc.assert(
    fc.property(size, places, ({ width, height }, path) => {
      const cells = new CellGrid({ width, height });
      const columns = Math.ceil(width / VIEW_CELL_SIZE);
      const past = (coordinate: number, index: number): number =>
        Math.max(index * VIEW_CELL_SIZE - coordinate, coordinate - (index + 1) * VIEW_CELL_SIZE, 0);
      let cell = cells.cellAt(0, 0);
      for (const [shareX, shareY] of path) {
        const [x, y] = [shareX * width, shareY * height];
        const before = cell;
        cell = cells.cellAfterMove(before, x, y);
        expect(past(x, cell % columns)).toBeLessThanOrEqual(CELL_BORDER_MARGIN);
        expect(past(y, Math.floor(cell / columns))).toBeLessThanOrEqual(CELL_BORDER_MARGIN);
        const wasWithin =
          past(x, before % columns) <= CELL_BORDER_MARGIN &&
          past(y, Math.floor(before / columns)) <= CELL_BORDER_MARGIN;
        expect(cell === before).toBe(wasWithin);
      }
    }),
  );
});

it('CellGrid: keeps the cell of an entity that walks to and fro over a border', () => {
  const cells = new CellGrid({ width: 300, height: 300 });
  const startCell = cells.cellAt(VIEW_CELL_SIZE - 1, 5);
  for (const x of [VIEW_CELL_SIZE + 2.9, VIEW_CELL_SIZE - 2.9, VIEW_CELL_SIZE + 2.5])
    expect(cells.cellAfterMove(startCell, x, 5)).toBe(startCell);
  const crossed = cells.cellAfterMove(startCell, VIEW_CELL_SIZE + 3.1, 5);
  expect(crossed).not.toBe(startCell);
  expect(cells.cellAfterMove(crossed, VIEW_CELL_SIZE - 2.9, 5)).toBe(crossed);
});

it('CellGrid: a cell sees exactly the cells that see it', () => {
  fc.assert(
    fc.property(size, share, share, share, share, ({ width, height }, ...shares) => {
      const cells = new CellGrid({ width, height });
      const [x1, y1, x2, y2] = shares;
      const [left, right] = [cells.cellAt(x1 * width, y1 * height), cells.cellAt(x2 * width, y2 * height)];
      expect(cells.areNear(left, right)).toBe(cells.visibleFrom(left).includes(right));
      expect(cells.areNear(right, left)).toBe(cells.areNear(left, right));
      const apart = Math.max(Math.abs(x1 - x2) * width, Math.abs(y1 - y2) * height);
      if (apart <= VIEW_CELL_SIZE) expect(cells.areNear(left, right)).toBe(true);
      if (apart > 2 * VIEW_CELL_SIZE) expect(cells.areNear(left, right)).toBe(false);
    }),
  );
});
