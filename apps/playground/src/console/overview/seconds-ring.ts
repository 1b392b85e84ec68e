/** The figures of one node in the last 15 minutes: one number per second and series. A series of a group is `group.label`. */
export const SECONDS = 900;

/** One number per second; null where nothing was measured. */
export type Line = (number | null)[];

export class SecondsRing {
  private readonly series = new Map<string, Float64Array>();
  private last = -Infinity;

  /** Since 1970; `-Infinity` before the first. */
  get lastSecond(): number {
    return this.last;
  }

  /** Names of the series with this prefix, in order. */
  names(prefix: string): string[] {
    return [...this.series.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  /** @param second since 1970; a second that is not later than the last one is ignored. */
  record(second: number, values: Iterable<readonly [name: string, value: number | null]>): void {
    if (second <= this.last) return;
    this.clear(Math.max(this.last + 1, second - SECONDS + 1), second);
    // A label that is absent did not occur.
    for (const [name, column] of this.series) if (name.includes('.')) column[second % SECONDS] = 0;
    for (const [name, value] of values) this.columnOf(name)[second % SECONDS] = value ?? NaN;
    this.last = second;
  }

  /** Adds the seconds of another ring that are later than the last one of this. */
  append(other: SecondsRing): void {
    const from = Math.max(this.last + 1, other.last - SECONDS + 1);
    for (let second = from; second <= other.last; second++)
      this.record(
        second,
        [...other.series].map(([name, column]) => [name, column[second % SECONDS] ?? null] as const),
      );
  }

  /** The `SECONDS` seconds that begin with this one. */
  read(name: string, from: number): Line {
    const column = this.series.get(name);
    return Array.from({ length: SECONDS }, (_, offset) => {
      const second = from + offset;
      const isKept = second <= this.last && second > this.last - SECONDS;
      const value = isKept ? column?.[second % SECONDS] : undefined;
      return value === undefined || Number.isNaN(value) ? null : value;
    });
  }

  private clear(from: number, to: number): void {
    for (let second = from; second <= to; second++)
      for (const column of this.series.values()) column[second % SECONDS] = NaN;
  }

  private columnOf(name: string): Float64Array {
    let column = this.series.get(name);
    if (!column) this.series.set(name, (column = new Float64Array(SECONDS).fill(NaN)));
    return column;
  }
}
