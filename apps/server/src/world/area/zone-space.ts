/**
 * Who is where in one zone, and who looks from where. Pure but for what it keeps. One sees another exactly if their cells
 * touch; whatever changes about that is noted for those whom it concerns, in the moment in which it happens.
 */
import { Area } from './area';
import { Cells } from './cells';
import { type About, Inhabitant, type Spot } from './inhabitant';
import { Numbers } from './numbers';
import type { Viewer } from './viewer';

export class ZoneSpace {
  /** Areas that somebody looks from. */
  readonly watched = new Set<Area>();
  private readonly inhabitants = new Map<string, Inhabitant>();
  /** Whose player looks. */
  private readonly viewers = new Map<Inhabitant, Viewer>();
  private readonly areas = new Map<number, Area>();
  private readonly cells: Cells;
  private readonly numbers = new Numbers();
  private moved: Inhabitant[] = [];

  constructor(size: { readonly width: number; readonly height: number }) {
    this.cells = new Cells(size);
  }

  get(id: string): Inhabitant | undefined {
    return this.inhabitants.get(id);
  }

  /** Puts it there, whether or not it was in the zone already. */
  put(about: About, spot: Spot): Inhabitant {
    const known = this.inhabitants.get(about.id);
    if (known) {
      known.about = about;
      this.move(known, spot);
      return known;
    }
    const one = new Inhabitant(about, this.numbers.take());
    this.inhabitants.set(one.id, one);
    one.stand(spot);
    this.moved.push(one);
    const here = this.area(this.cells.at(one.x, one.y));
    one.cell = here.cell;
    here.inhabitants.add(one);
    for (const area of here.around) if (area.watched) area.news.note(one);
    return one;
  }

  move(one: Inhabitant, spot: Spot): void {
    if (one.cell === null || !one.stand(spot)) return;
    this.moved.push(one);
    const cell = this.cells.next(one.cell, one.x, one.y);
    if (cell !== one.cell) this.shift(one, this.area(one.cell), this.area(cell));
  }

  remove(id: string): void {
    const one = this.inhabitants.get(id);
    if (!one || one.cell === null) return;
    // First: whatever fails after it, nobody who comes later is shown this one.
    this.inhabitants.delete(id);
    const here = this.area(one.cell);
    here.inhabitants.delete(one);
    this.unwatch(one);
    this.numbers.giveBack(one.n);
    one.cell = null;
    for (const area of here.around) if (area.watched) area.news.note(one);
  }

  /** From now on it is told what changes in the view; it has to be shown the view before the next tick. */
  watch(viewer: Viewer, one: Inhabitant): void {
    this.unwatch(one);
    if (one.cell === null) return;
    this.viewers.set(one, viewer);
    this.look(viewer, this.area(one.cell));
  }

  /** Only the viewer that is named: another may have taken its place. */
  unwatch(one: Inhabitant, viewer = this.viewers.get(one)): void {
    if (!viewer || this.viewers.get(one) !== viewer) return;
    this.viewers.delete(one);
    this.lookAway(viewer);
    viewer.news.clear();
  }

  /** Everybody whom one sees from a cell. */
  *viewFrom(cell: number): Generator<Inhabitant> {
    for (const near of this.area(cell).around) yield* near.inhabitants;
  }

  area(cell: number): Area {
    const known = this.areas.get(cell);
    if (known?.around.length) return known;
    const area = known ?? this.unconnected(cell);
    area.around = this.cells.around(cell).map((near) => this.areas.get(near) ?? this.unconnected(near));
    return area;
  }

  /** Who moved since the last tick is told in this one. */
  begin(tick: number): readonly Inhabitant[] {
    const { moved } = this;
    this.moved = [];
    for (const one of moved) one.movedAt = tick;
    return moved;
  }

  private shift(one: Inhabitant, from: Area, to: Area): void {
    from.inhabitants.delete(one);
    to.inhabitants.add(one);
    one.cell = to.cell;
    for (const area of from.around) if (area.watched && !area.isNear(to)) area.news.note(one);
    for (const area of to.around) if (area.watched && !area.isNear(from)) area.news.note(one);
    const viewer = this.viewers.get(one);
    if (viewer) this.turn(viewer, from, to);
  }

  /** The viewer knew what is seen from the one area, and is to know what is seen from the other. */
  private turn(viewer: Viewer, from: Area, to: Area): void {
    viewer.news.inherit(from.news);
    for (const area of from.around) if (!area.isNear(to)) for (const one of area.inhabitants) viewer.news.note(one);
    for (const area of to.around) if (!area.isNear(from)) for (const one of area.inhabitants) viewer.news.note(one);
    this.lookAway(viewer);
    this.look(viewer, to);
  }

  private look(viewer: Viewer, area: Area): void {
    viewer.cell = area.cell;
    area.viewers[viewer.encoding].add(viewer);
    this.watched.add(area);
  }

  private lookAway(viewer: Viewer): void {
    if (viewer.cell === null) return;
    const area = this.area(viewer.cell);
    viewer.cell = null;
    area.viewers[viewer.encoding].delete(viewer);
    if (area.watched) return;
    this.watched.delete(area);
    // Whoever comes here later knows by then what there is to know.
    area.news.clear();
    area.keyframeAt = 0;
  }

  private unconnected(cell: number): Area {
    const area = new Area(this.cells, cell);
    this.areas.set(cell, area);
    return area;
  }
}
