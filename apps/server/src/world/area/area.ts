/** A cell of a zone: who is in it, and who looks from it, all of whom see the same. */
import type { MoveEncoding } from '@aeturnis/contracts';
import type { Cells } from './cells';
import { CellMoves } from './cell-moves';
import type { Inhabitant } from './inhabitant';
import { type Sight, ViewNews } from './view-news';
import type { Viewer } from './viewer';

export class Area implements Sight {
  readonly inhabitants = new Set<Inhabitant>();
  /** By the form they get moves in. */
  readonly viewers: Readonly<Record<MoveEncoding, Set<Viewer>>> = { json: new Set(), binary: new Set() };
  /** What is told to all who look from here. */
  readonly news = new ViewNews();
  readonly moves = new CellMoves(this.inhabitants);
  /** The first ticks in which that may be told, and in which everybody in the view is. */
  newsAt = 0;
  keyframeAt = 0;
  /** All areas that are seen from this one, and that see it; itself included. */
  around: readonly Area[] = [];

  constructor(
    private readonly cells: Cells,
    readonly cell: number,
  ) {}

  get watched(): boolean {
    return this.viewers.json.size > 0 || this.viewers.binary.size > 0;
  }

  isNear(other: Area): boolean {
    return this.cells.areNear(this.cell, other.cell);
  }

  sees({ cell }: Inhabitant): boolean {
    return cell !== null && this.cells.areNear(this.cell, cell);
  }
}
