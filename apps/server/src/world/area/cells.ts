/**
 * The cells of a zone: squares in which one stands, and from which one sees that cell and the eight around it. A border is
 * crossed only by who is well past it, so that nobody who walks along it comes and goes with every step.
 */

/**
 * Units. One sees from 27 to 63 units far, on average some 8,000 square units: 60 of 1,000 who are spread over a zone of
 * 400 × 300. Smaller cells are crossed more often, and every crossing has to be told.
 */
export const VIEW_CELL = 30;
/** Units past a border up to which one still belongs to the cell before it. */
export const CELL_MARGIN = 3;

export class Cells {
  private readonly columns: number;
  private readonly rows: number;

  constructor(
    { width, height }: { readonly width: number; readonly height: number },
    private readonly side = VIEW_CELL,
    private readonly margin = CELL_MARGIN,
  ) {
    this.columns = Math.max(1, Math.ceil(width / side));
    this.rows = Math.max(1, Math.ceil(height / side));
  }

  /** The cell of who comes out of nowhere. */
  at(x: number, y: number): number {
    return this.cell(this.along(x, this.columns), this.along(y, this.rows));
  }

  /** The cell of who was in this one and stands there now. */
  next(cell: number, x: number, y: number): number {
    const column = this.columnOf(cell);
    const row = this.rowOf(cell);
    const stays = this.holds(column, x) && this.holds(row, y);
    if (stays) return cell;
    return this.cell(
      this.holds(column, x) ? column : this.along(x, this.columns),
      this.holds(row, y) ? row : this.along(y, this.rows),
    );
  }

  /** Whether one is seen from the other; the same both ways. */
  areNear(one: number, other: number): boolean {
    return (
      Math.abs(this.columnOf(one) - this.columnOf(other)) <= 1 && Math.abs(this.rowOf(one) - this.rowOf(other)) <= 1
    );
  }

  /** All that are seen from this one, itself included. */
  around(cell: number): number[] {
    const [column, row] = [this.columnOf(cell), this.rowOf(cell)];
    const found: number[] = [];
    for (let y = Math.max(0, row - 1); y <= Math.min(this.rows - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(this.columns - 1, column + 1); x++)
        found.push(this.cell(x, y));
    return found;
  }

  private cell(column: number, row: number): number {
    return row * this.columns + column;
  }

  private columnOf(cell: number): number {
    return cell % this.columns;
  }

  private rowOf(cell: number): number {
    return Math.floor(cell / this.columns);
  }

  // What stands on the far edge of the zone belongs to the last cell.
  private along(coordinate: number, cells: number): number {
    return Math.min(cells - 1, Math.max(0, Math.floor(coordinate / this.side)));
  }

  private holds(index: number, coordinate: number): boolean {
    const past = coordinate - index * this.side;
    return past >= -this.margin && past <= this.side + this.margin;
  }
}
