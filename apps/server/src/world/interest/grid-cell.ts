/** A cell of a zone, with its entities and viewers; all viewers in a cell see the same cells. */
import type { MoveEncoding } from '@aeturnis/contracts';
import type { CellGrid } from './cell-grid';
import { CellMoveEncoder } from '../replication/cell-move-encoder';
import type { Entity } from './entity';
import { type Viewpoint, VisibilityChanges } from './visibility-changes';
import type { Viewer } from './viewer';

export class GridCell implements Viewpoint {
  readonly entities = new Set<Entity>();
  /** The viewers in this cell, by the encoding in which they receive moves. */
  readonly viewers: Readonly<Record<MoveEncoding, Set<Viewer>>> = { json: new Set(), binary: new Set() };
  /** Visibility changes for all viewers in this cell. */
  readonly changes = new VisibilityChanges();
  readonly moveEncoder = new CellMoveEncoder(this.entities);
  /** The first tick in which `changes` may be sent. */
  nextChangesTick = 0;
  /** The next batch of moves from this tick on is a keyframe; 0 before the first keyframe. */
  nextKeyframeTick = 0;
  /** The cells that are visible from this one, itself included; visibility is symmetric. */
  visibleCells: readonly GridCell[] = [];

  constructor(
    private readonly grid: CellGrid,
    readonly index: number,
  ) {}

  get isWatched(): boolean {
    return this.viewers.json.size > 0 || this.viewers.binary.size > 0;
  }

  isNear(other: GridCell): boolean {
    return this.grid.areNear(this.index, other.index);
  }

  canSee({ cell }: Entity): boolean {
    return cell !== null && this.grid.areNear(this.index, cell);
  }
}
