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
  /** Viewers who are to be told something that others are not. */
  readonly withNews = new Set<Viewer>();
  private readonly inhabitants = new Map<string, Inhabitant>();
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

  all(): IterableIterator<Inhabitant> {
    return this.inhabitants.values();
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
    one.area = this.area(this.cells.at(one.x, one.y));
    one.area.inhabitants.add(one);
    for (const area of one.area.around) if (area.watched) area.news.note(one);
    return one;
  }

  move(one: Inhabitant, spot: Spot): void {
    if (!one.area || !one.stand(spot)) return;
    this.moved.push(one);
    const cell = this.cells.next(one.area.cell, one.x, one.y);
    if (cell !== one.area.cell) this.shift(one, one.area, this.area(cell));
  }

  remove(id: string): void {
    const one = this.inhabitants.get(id);
    if (!one?.area) return;
    if (one.viewer) this.unwatch(one.viewer, one);
    this.inhabitants.delete(id);
    this.numbers.giveBack(one.n);
    one.area.inhabitants.delete(one);
    const { around } = one.area;
    one.area = null;
    for (const area of around) if (area.watched) area.news.note(one);
  }

  /** From now on it is told what changes in the view; it has to be shown the view before the next tick. */
  watch(viewer: Viewer, one: Inhabitant): void {
    if (one.viewer) this.unwatch(one.viewer, one);
    if (!one.area) return;
    one.viewer = viewer;
    this.look(viewer, one.area);
  }

  unwatch(viewer: Viewer, one: Inhabitant): void {
    if (one.viewer === viewer) one.viewer = null;
    this.lookAway(viewer);
    viewer.news.clear();
    this.withNews.delete(viewer);
  }

  /** Everybody whom one sees from there. */
  *viewFrom(area: Area): Generator<Inhabitant> {
    for (const near of area.around) yield* near.inhabitants;
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
    one.area = to;
    for (const area of from.around) if (area.watched && !area.isNear(to)) area.news.note(one);
    for (const area of to.around) if (area.watched && !area.isNear(from)) area.news.note(one);
    if (one.viewer) this.turn(one.viewer, from, to);
  }

  /** The viewer knew what is seen from the one area, and is to know what is seen from the other. */
  private turn(viewer: Viewer, from: Area, to: Area): void {
    viewer.news.inherit(from.news);
    for (const area of from.around) if (!area.isNear(to)) for (const one of area.inhabitants) viewer.news.note(one);
    for (const area of to.around) if (!area.isNear(from)) for (const one of area.inhabitants) viewer.news.note(one);
    this.withNews.add(viewer);
    this.lookAway(viewer);
    this.look(viewer, to);
  }

  private look(viewer: Viewer, area: Area): void {
    viewer.area = area;
    area.viewers[viewer.encoding].add(viewer);
    this.watched.add(area);
  }

  private lookAway(viewer: Viewer): void {
    const { area } = viewer;
    if (!area) return;
    viewer.area = null;
    area.viewers[viewer.encoding].delete(viewer);
    if (area.watched) return;
    this.watched.delete(area);
    // Whoever comes here later knows by then what there is to know.
    area.news.clear();
    area.keyframeAt = 0;
  }

  private area(cell: number): Area {
    const known = this.areas.get(cell);
    if (known?.around.length) return known;
    const area = known ?? this.unconnected(cell);
    area.around = this.cells.around(cell).map((near) => this.areas.get(near) ?? this.unconnected(near));
    return area;
  }

  private unconnected(cell: number): Area {
    const area = new Area(this.cells, cell);
    this.areas.set(cell, area);
    return area;
  }
}
