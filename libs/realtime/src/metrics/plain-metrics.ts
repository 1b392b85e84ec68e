/**
 * Metrics with one label that count in plain numbers: what happens with every command and event must not build a text of
 * its labels each time. The registry of Prometheus gets the same figures from them as from its own kind, when it asks.
 */
import { type Metric, register } from 'prom-client';

interface Value {
  readonly labels: Record<string, string | number>;
  readonly value: number;
  readonly metricName?: string;
}

interface PlainOptions {
  readonly name: string;
  readonly help: string;
  readonly label: string;
}

abstract class PlainMetric {
  abstract readonly type: 'counter' | 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  protected readonly label: string;

  constructor({ name, help, label }: PlainOptions) {
    this.name = name;
    this.help = help;
    this.label = label;
  }

  async get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Value[] }> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.values() };
  }

  abstract reset(): void;
  protected abstract values(): Value[];
}

export class PlainCounter extends PlainMetric {
  readonly type = 'counter';
  private readonly counts = new Map<string, { value: number }>();

  inc(labelled: string): void {
    const count = this.counts.get(labelled);
    if (count) count.value++;
    else this.counts.set(labelled, { value: 1 });
  }

  reset(): void {
    this.counts.clear();
  }

  protected values(): Value[] {
    return [...this.counts].map(([labelled, { value }]) => ({ value, labels: { [this.label]: labelled } }));
  }
}

interface Observed {
  count: number;
  sum: number;
  /** How many fell into each bucket alone, in the order of the bounds. */
  readonly buckets: number[];
}

export class PlainHistogram extends PlainMetric {
  readonly type = 'histogram';
  private readonly observed = new Map<string, Observed>();

  /** `bounds` ascending. */
  constructor(
    options: PlainOptions,
    private readonly bounds: readonly number[],
  ) {
    super(options);
  }

  observe(labelled: string, value: number): void {
    const seen = this.observed.get(labelled) ?? this.first(labelled);
    seen.count++;
    seen.sum += value;
    const { bounds } = this;
    for (let index = 0; index < bounds.length; index++) {
      if (value > (bounds[index] ?? Infinity)) continue;
      seen.buckets[index] = (seen.buckets[index] ?? 0) + 1;
      return;
    }
  }

  reset(): void {
    this.observed.clear();
  }

  protected values(): Value[] {
    return [...this.observed].flatMap(([labelled, { count, sum, buckets }]) => {
      const own = { [this.label]: labelled };
      let upTo = 0;
      const bucket = (le: number | string, value: number): Value => ({
        metricName: `${this.name}_bucket`,
        labels: { le, ...own },
        value,
      });
      return [
        ...this.bounds.map((bound, index) => bucket(bound, (upTo += buckets[index] ?? 0))),
        bucket('+Inf', count),
        { metricName: `${this.name}_sum`, labels: own, value: sum },
        { metricName: `${this.name}_count`, labels: own, value: count },
      ];
    });
  }

  private first(labelled: string): Observed {
    const seen = { count: 0, sum: 0, buckets: this.bounds.map(() => 0) };
    this.observed.set(labelled, seen);
    return seen;
  }
}

/** The metric of that name, made and registered where there is none: applications of one process share it. */
export function registered<M extends PlainMetric>(name: string, make: () => M): M {
  const known = register.getSingleMetric(name) as unknown as M | undefined;
  if (known) return known;
  const metric = make();
  register.registerMetric(metric as unknown as Metric);
  return metric;
}
