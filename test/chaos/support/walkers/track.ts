/** Where one character stood, tick by tick of its own node, and from which cell it was seen, by the product's own rule. */
import type { Cells } from '../../../../apps/server/src/world/area/cells';
import type { Point } from '../../../../apps/server/src/world/zones/box';

export interface Stand extends Point {
  readonly tick: number;
  readonly cell: number;
}

export class Track {
  private readonly stands: Stand[];

  constructor(
    private readonly cells: Cells,
    { x, y }: Point,
  ) {
    this.stands = [{ tick: 0, x, y, cell: cells.at(x, y) }];
  }

  get last(): Stand {
    return this.at(this.stands.length - 1);
  }

  at(index: number): Stand {
    const stand = this.stands[index];
    if (!stand) throw new Error(`nobody stood there: ${index}`);
    return stand;
  }

  /** It is there in this tick. */
  note(tick: number, { x, y }: Point): void {
    const { last } = this;
    if (last.x === x && last.y === y) return;
    this.stands.push({ tick, x, y, cell: this.cells.next(last.cell, x, y) });
  }

  /** Where it stood in a tick, as an index. */
  indexIn(tick: number): number {
    let [low, high] = [0, this.stands.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.at(middle).tick <= tick) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The next time, from that index on, that it stood at this place; -1 where it never did. */
  indexOf({ x, y }: Point, from: number): number {
    return this.stands.findIndex((stand, index) => index >= from && stand.x === x && stand.y === y);
  }

  /** Where it stood from one tick to another, both included. */
  between(from: number, to: number): Stand[] {
    return this.stands.slice(this.indexIn(from), this.indexIn(to) + 1);
  }
}
