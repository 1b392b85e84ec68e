/** The positions of one character by the tick of its node, each with the cell that the server's own grid assigns to it. */
import type { CellGrid } from '../../../../apps/server/src/world/interest/cell-grid';
import type { Point } from '../../../../apps/server/src/world/zones/box';

export interface TrackedPosition extends Point {
  readonly tick: number;
  readonly cell: number;
}

export class PositionHistory {
  private readonly positions: TrackedPosition[];

  constructor(
    private readonly cells: CellGrid,
    { x, y }: Point,
  ) {
    this.positions = [{ tick: 0, x, y, cell: cells.cellAt(x, y) }];
  }

  get last(): TrackedPosition {
    return this.at(this.positions.length - 1);
  }

  at(index: number): TrackedPosition {
    const position = this.positions[index];
    if (!position) throw new Error(`the history has no position ${index}`);
    return position;
  }

  /** Records the position in this tick. Ticks must ascend: the cell depends on the cell before, and lookups on the order. */
  record(tick: number, { x, y }: Point): void {
    const { last } = this;
    if (last.x === x && last.y === y) return;
    this.positions.push({ tick, x, y, cell: this.cells.cellAfterMove(last.cell, x, y) });
  }

  /** The index of the position that the character has in this tick: the last one recorded up to it. */
  indexIn(tick: number): number {
    let [low, high] = [0, this.positions.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.at(middle).tick <= tick) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first index from `from` on with this position; -1 if none has it. */
  indexOf({ x, y }: Point, from: number): number {
    return this.positions.findIndex((position, index) => index >= from && position.x === x && position.y === y);
  }

  /** The positions from one tick to another, both included. */
  between(from: number, to: number): TrackedPosition[] {
    return this.positions.slice(this.indexIn(from), this.indexIn(to) + 1);
  }
}
