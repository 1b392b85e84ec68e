/**
 * The spatial index of one zone: its entities and viewers by cell. A viewer sees an entity exactly if their cells touch.
 * Each change of that is recorded at once for the cells and viewers that it concerns. No I/O.
 */
import { GridCell } from './grid-cell';
import { CellGrid } from './cell-grid';
import { type EntityProfile, Entity, type EntityPose } from './entity';
import { EntityNumbers } from './entity-numbers';
import type { Viewer } from './viewer';

export class ZoneSpace {
  /** Cells with at least one viewer. */
  readonly watchedCells = new Set<GridCell>();
  private readonly entities = new Map<string, Entity>();
  /** By the entity of the viewer's own character. */
  private readonly viewers = new Map<Entity, Viewer>();
  private readonly cells = new Map<number, GridCell>();
  private readonly grid: CellGrid;
  private readonly numbers = new EntityNumbers();
  private movedEntities: Entity[] = [];

  constructor(size: { readonly width: number; readonly height: number }) {
    this.grid = new CellGrid(size);
  }

  get(id: string): Entity | undefined {
    return this.entities.get(id);
  }

  /** Adds the entity to the zone, or updates its profile and pose. */
  upsert(profile: EntityProfile, pose: EntityPose): Entity {
    const known = this.entities.get(profile.id);
    if (known) {
      known.profile = profile;
      this.move(known, pose);
      return known;
    }
    const entity = new Entity(profile, this.numbers.allocate());
    this.entities.set(entity.id, entity);
    entity.setPose(pose);
    this.movedEntities.push(entity);
    const ownCell = this.cellAt(this.grid.cellAt(entity.x, entity.y));
    entity.cell = ownCell.index;
    ownCell.entities.add(entity);
    for (const cell of ownCell.visibleCells) if (cell.isWatched) cell.changes.record(entity);
    return entity;
  }

  move(entity: Entity, pose: EntityPose): void {
    if (entity.cell === null || !entity.setPose(pose)) return;
    this.movedEntities.push(entity);
    const cell = this.grid.cellAfterMove(entity.cell, entity.x, entity.y);
    if (cell !== entity.cell) this.changeCell(entity, this.cellAt(entity.cell), this.cellAt(cell));
  }

  remove(id: string): void {
    const entity = this.entities.get(id);
    if (!entity || entity.cell === null) return;
    // First: if a later line throws, no new viewer is shown this entity.
    this.entities.delete(id);
    const ownCell = this.cellAt(entity.cell);
    ownCell.entities.delete(entity);
    this.unwatch(entity);
    this.numbers.release(entity.n);
    entity.cell = null;
    for (const cell of ownCell.visibleCells) if (cell.isWatched) cell.changes.record(entity);
  }

  /** The viewer receives changes of the view from now on; the caller has to send it the view before the next tick. */
  watch(viewer: Viewer, entity: Entity): void {
    this.unwatch(entity);
    if (entity.cell === null) return;
    this.viewers.set(entity, viewer);
    this.attachViewer(viewer, this.cellAt(entity.cell));
  }

  /** Removes only the given viewer: a newer one may have replaced it. */
  unwatch(entity: Entity, viewer = this.viewers.get(entity)): void {
    if (!viewer || this.viewers.get(entity) !== viewer) return;
    this.viewers.delete(entity);
    this.detachViewer(viewer);
    viewer.changes.clear();
  }

  *entitiesVisibleFrom(cell: number): Generator<Entity> {
    for (const near of this.cellAt(cell).visibleCells) yield* near.entities;
  }

  cellAt(index: number): GridCell {
    const known = this.cells.get(index);
    if (known?.visibleCells.length) return known;
    const cell = known ?? this.createCell(index);
    cell.visibleCells = this.grid.visibleFrom(index).map((near) => this.cells.get(near) ?? this.createCell(near));
    return cell;
  }

  /** @returns the entities that moved since the last tick; this tick sends them. */
  beginTick(tick: number): readonly Entity[] {
    const { movedEntities } = this;
    this.movedEntities = [];
    for (const entity of movedEntities) entity.movedAtTick = tick;
    return movedEntities;
  }

  private changeCell(entity: Entity, from: GridCell, to: GridCell): void {
    from.entities.delete(entity);
    to.entities.add(entity);
    entity.cell = to.index;
    for (const cell of from.visibleCells) if (cell.isWatched && !cell.isNear(to)) cell.changes.record(entity);
    for (const cell of to.visibleCells) if (cell.isWatched && !cell.isNear(from)) cell.changes.record(entity);
    const viewer = this.viewers.get(entity);
    if (viewer) this.moveViewer(viewer, from, to);
  }

  /** Records what the viewer lacks: pending changes of its old cell, and cells that left or entered its view. */
  private moveViewer(viewer: Viewer, from: GridCell, to: GridCell): void {
    viewer.changes.mergeFrom(from.changes);
    for (const cell of from.visibleCells)
      if (!cell.isNear(to)) for (const entity of cell.entities) viewer.changes.record(entity);
    for (const cell of to.visibleCells)
      if (!cell.isNear(from)) for (const entity of cell.entities) viewer.changes.record(entity);
    this.detachViewer(viewer);
    this.attachViewer(viewer, to);
  }

  private attachViewer(viewer: Viewer, cell: GridCell): void {
    viewer.cell = cell.index;
    cell.viewers[viewer.encoding].add(viewer);
    this.watchedCells.add(cell);
  }

  private detachViewer(viewer: Viewer): void {
    if (viewer.cell === null) return;
    const cell = this.cellAt(viewer.cell);
    viewer.cell = null;
    cell.viewers[viewer.encoding].delete(viewer);
    if (cell.isWatched) return;
    this.watchedCells.delete(cell);
    // The next viewer of this cell gets the whole view first, so it needs none of these changes.
    cell.changes.clear();
    cell.nextKeyframeTick = 0;
  }

  private createCell(index: number): GridCell {
    const cell = new GridCell(this.grid, index);
    this.cells.set(index, cell);
    return cell;
  }
}
