/**
 * The grid of square cells of a zone. A viewer sees its own cell and the eight around it. An entity changes its cell only
 * when it is past the border by a margin: otherwise one that walks along a border would enter and leave views at every step.
 */

/**
 * Units. A viewer sees from 27 to 63 units far, some 8,000 square units on average: 60 of 1,000 entities spread over a zone
 * of 400 × 300. In smaller cells more borders are crossed, and each crossing has to be sent.
 */
export const VIEW_CELL_SIZE = 30;
/** Units past a border up to which an entity keeps its previous cell. */
export const CELL_BORDER_MARGIN = 3;

export class CellGrid {
  private readonly columns: number;
  private readonly rows: number;

  constructor(
    { width, height }: { readonly width: number; readonly height: number },
    private readonly cellSize = VIEW_CELL_SIZE,
    private readonly margin = CELL_BORDER_MARGIN,
  ) {
    this.columns = Math.max(1, Math.ceil(width / cellSize));
    this.rows = Math.max(1, Math.ceil(height / cellSize));
  }

  /** The cell of an entity that was in no cell before. */
  cellAt(x: number, y: number): number {
    return this.indexOf(this.clampedIndex(x, this.columns), this.clampedIndex(y, this.rows));
  }

  /** The cell of an entity that was in `cell` and is now at this position. */
  cellAfterMove(cell: number, x: number, y: number): number {
    const column = this.columnOf(cell);
    const row = this.rowOf(cell);
    const isSameCell = this.isWithinBorder(column, x) && this.isWithinBorder(row, y);
    if (isSameCell) return cell;
    return this.indexOf(
      this.isWithinBorder(column, x) ? column : this.clampedIndex(x, this.columns),
      this.isWithinBorder(row, y) ? row : this.clampedIndex(y, this.rows),
    );
  }

  /** Whether the cells touch, so that each is visible from the other; also true for a cell and itself. */
  areNear(left: number, right: number): boolean {
    return (
      Math.abs(this.columnOf(left) - this.columnOf(right)) <= 1 && Math.abs(this.rowOf(left) - this.rowOf(right)) <= 1
    );
  }

  /** All cells that are visible from this one, itself included. */
  visibleFrom(cell: number): number[] {
    const [column, row] = [this.columnOf(cell), this.rowOf(cell)];
    const found: number[] = [];
    for (let y = Math.max(0, row - 1); y <= Math.min(this.rows - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(this.columns - 1, column + 1); x++)
        found.push(this.indexOf(x, y));
    return found;
  }

  private indexOf(column: number, row: number): number {
    return row * this.columns + column;
  }

  private columnOf(cell: number): number {
    return cell % this.columns;
  }

  private rowOf(cell: number): number {
    return Math.floor(cell / this.columns);
  }

  // A position on the far edge of the zone belongs to the last cell.
  private clampedIndex(coordinate: number, cells: number): number {
    return Math.min(cells - 1, Math.max(0, Math.floor(coordinate / this.cellSize)));
  }

  private isWithinBorder(index: number, coordinate: number): boolean {
    const offset = coordinate - index * this.cellSize;
    return offset >= -this.margin && offset <= this.cellSize + this.margin;
  }
}
