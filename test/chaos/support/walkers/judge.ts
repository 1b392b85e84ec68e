/**
 * Compares what was shown with what was true. Time is counted in ticks that a node has really had, so that no machine is
 * too slow for it: whoever is shown, or not shown, has to be so in the server's view of one of the last ten ticks or of
 * this one. That view is made here, of nothing but
 *
 * - the walkers' own steps, all of which were accepted, and the tick of its own node in which each was first shown; that is
 *   checked by what every walker is told of itself, after the answer to that very step;
 * - the cells that follow from them by the product's `Cells`;
 * - for the walkers of the other node: up to which of the other node's ticks this one has heard. It hears of all that
 *   moved in a tick at once, so the newest step of the other node that it tells anybody dates all the others.
 */
import type { Cells } from '../../../../apps/server/src/world/area/cells';
import type { Hearsay } from './hearsay';
import type { Stand } from './track';
import type { Snapshot, Walker } from './walker';

/** A second. */
const TICKS = 10;
const EXAMPLES = 8;

export class Judge {
  samples = 0;
  compared = 0;
  mismatches = 0;
  untrue = 0;
  readonly examples: string[] = [];
  /** Of each tick: how many ticks of the other node were not heard of yet. */
  readonly behind: number[] = [];

  constructor(
    private readonly cells: Cells,
    private readonly walkers: readonly Walker[],
    private readonly nodes: readonly Hearsay[],
  ) {}

  /** All that happened up to a tick of each node. */
  judge(until: readonly number[]): void {
    const ticks = this.nodes.map(({ ticks: all }, node) =>
      [...all].filter((tick) => tick <= (until[node] ?? 0)).sort((one, other) => one - other),
    );
    for (const [node, own] of ticks.entries()) this.judgeNode(node, own, ticks[1 - node] ?? []);
  }

  private judgeNode(node: number, ticks: readonly number[], others: readonly number[]): void {
    const heard = this.heardIn(node, ticks);
    const viewers = this.walkers.filter(({ enlisted }) => enlisted.node === node);
    const next = new Map(viewers.map((viewer) => [viewer, 0]));
    for (const [index, tick] of ticks.entries()) {
      // Before the first tick all was as it began.
      const from = { own: ticks[index - TICKS] ?? 0, heard: heard[index - TICKS] ?? 0 };
      const upTo = heard[index] ?? 0;
      // It may have heard more than it had somebody to tell of; not more than what it told next.
      const to = { own: tick, heard: heard.find((each) => each > upTo) ?? upTo };
      this.behind.push(others.filter((each) => each > upTo && each <= tick).length);
      const stood = this.walkers.map(({ enlisted, track }) =>
        enlisted.node === node ? track.between(from.own, to.own) : track.between(from.heard, to.heard),
      );
      for (const viewer of viewers) {
        let at = next.get(viewer) ?? 0;
        while ((viewer.snapshots[at + 1]?.tick ?? Infinity) <= tick) at++;
        next.set(viewer, at);
        const snapshot = viewer.snapshots[at];
        if (snapshot && snapshot.tick <= tick) this.compare(viewer, snapshot, tick, stood);
      }
    }
  }

  private compare({ number }: Walker, { shown, tick: of }: Snapshot, tick: number, stood: readonly Stand[][]): void {
    this.samples++;
    const places = new Map<number, number>();
    for (let at = 0; at < shown.length; at += 3) places.set(shown[at] ?? -1, at);
    const cells = new Set(stood[number]?.map(({ cell }) => cell));
    for (const [walker, stands] of stood.entries()) {
      const at = places.get(walker);
      const isSeen = ({ cell }: Stand): boolean => [...cells].some((own) => this.cells.areNear(own, cell));
      const isUnseen = ({ cell }: Stand): boolean => [...cells].some((own) => !this.cells.areNear(own, cell));
      if (at === undefined) {
        if (stands.some(isUnseen)) continue;
        this.compared++;
        this.wrong(`${number} in tick ${tick} (shown since ${of}) lacks ${walker}, ${told(stands)}`);
        continue;
      }
      this.compared++;
      const [x, y] = [shown[at + 1], shown[at + 2]];
      if (stands.some((stand) => hundredths(stand.x) === x && hundredths(stand.y) === y && isSeen(stand))) continue;
      this.wrong(`${number} in tick ${tick} (shown since ${of}) sees ${walker} at ${x} ${y}, ${told(stands)}`);
    }
  }

  private wrong(what: string): void {
    this.mismatches++;
    if (this.examples.length < EXAMPLES) this.examples.push(what);
  }

  /** In each tick: up to which tick of the other node this one has heard. */
  private heardIn(node: number, ticks: readonly number[]): number[] {
    const newest = new Map<number, number>();
    for (const { enlisted, number, track } of this.walkers) {
      if (enlisted.node === node) continue;
      let index = 0;
      for (const [tick, place] of this.nodes[node]?.placesOf(number) ?? []) {
        const found = track.indexOf(place, index);
        if (found < 0) this.untrue++;
        else index = found;
        newest.set(tick, Math.max(newest.get(tick) ?? 0, track.at(index).tick));
      }
    }
    let last = 0;
    return ticks.map((tick) => (last = Math.max(last, newest.get(tick) ?? 0)));
  }
}

const hundredths = (value: number): number => Math.round(value * 100);
const told = (stands: readonly Stand[]): string =>
  `who was at ${stands.map(({ x, y, tick, cell }) => `${x} ${y} (tick ${tick}, cell ${cell})`).join(', ')}`;
