/**
 * The figures of this node in the last 15 minutes, one number per second and series. A series takes 3.6 KB from its first number
 * on: about 100 KB in all, since only few of the labels that exist occur on a node.
 */
import type { FigureGroup, FigureName, FiguresSample } from '@aeturnis/contracts';

export const RING_SECONDS = 900;

export const FIGURE_NAMES = [
  'connections',
  'users',
  'commands',
  'events',
  'handlerP50Ms',
  'handlerP95Ms',
  'handlerP99Ms',
  'eventLoopP99Ms',
  'writeBufferBytes',
  'volatileDrops',
  'refusals',
  'residentBytes',
  'heapBytes',
  'redisRoundTripMs',
  'poolWaiting',
  'commitP95Ms',
] as const satisfies readonly FigureName[];
export const FIGURE_GROUPS = ['recoveries', 'errors', 'movesRefused'] as const satisfies readonly FigureGroup[];
/** More labels than any group has; further ones are not kept. */
const MAX_LABELS = 32;

/** One number per second, oldest first; null: not measured. */
type Plot = (number | null)[];
export type FigureHistory = Record<FigureName, Plot> & Record<FigureGroup, Record<string, Plot>>;

export class FigureRing {
  private readonly series = new Map<FigureName, Float32Array>();
  private readonly groups = new Map<FigureGroup, Map<string, Float32Array>>(
    FIGURE_GROUPS.map((group) => [group, new Map()]),
  );
  private lastSecond = -Infinity;

  /** @param second of the sample, since 1970; a second that is not later than the last one is ignored. */
  record(second: number, sample: FiguresSample): void {
    if (second <= this.lastSecond) return;
    const firstSkipped = Math.max(this.lastSecond + 1, second - RING_SECONDS + 1);
    for (let skipped = firstSkipped; skipped < second; skipped++) this.clear(skipped);
    this.clear(second);
    const slot = second % RING_SECONDS;
    for (const name of FIGURE_NAMES) this.columnOf(this.series, name)[slot] = sample[name] ?? NaN;
    for (const [group, columns] of this.groups) {
      for (const column of columns.values()) column[slot] = 0;
      for (const [label, value] of Object.entries(sample[group]))
        if (columns.has(label) || columns.size < MAX_LABELS) this.columnOf(columns, label)[slot] = value;
    }
    this.lastSecond = second;
  }

  /** The seconds from `from` to `to`, both included. Labels without a number other than 0 are absent. */
  read(from: number, to: number): FigureHistory {
    const plots = FIGURE_NAMES.map((name) => [name, this.plot(this.series.get(name), from, to)]);
    const groups = [...this.groups].map(([group, columns]) => [
      group,
      Object.fromEntries(
        [...columns]
          .map(([label, column]) => [label, this.plot(column, from, to)] as const)
          .filter(([, plot]) => plot.some((value) => value !== null && value !== 0)),
      ),
    ]);
    return Object.fromEntries([...plots, ...groups]) as FigureHistory;
  }

  private plot(column: Float32Array | undefined, from: number, to: number): Plot {
    const plot: Plot = [];
    for (let second = from; second <= to; second++) {
      const isKept = second <= this.lastSecond && second > this.lastSecond - RING_SECONDS;
      const value = isKept ? (column?.[second % RING_SECONDS] ?? NaN) : NaN;
      // A hundredth is finer than any plot, and keeps the answer short.
      plot.push(Number.isNaN(value) ? null : Math.round(value * 100) / 100);
    }
    return plot;
  }

  private clear(second: number): void {
    const slot = second % RING_SECONDS;
    for (const columns of [this.series, ...this.groups.values()])
      for (const column of columns.values()) column[slot] = NaN;
  }

  private columnOf<Key>(columns: Map<Key, Float32Array>, key: Key): Float32Array {
    let column = columns.get(key);
    if (!column) columns.set(key, (column = new Float32Array(RING_SECONDS).fill(NaN)));
    return column;
  }
}
