/**
 * Metrics that count in plain numbers: what happens with every command and event must not build a text of its labels each
 * time. The registry of Prometheus gets the same figures from them as from its own kind, when it asks.
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
}

abstract class PlainMetric {
  abstract readonly type: 'counter' | 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;

  constructor({ name, help }: PlainOptions) {
    this.name = name;
    this.help = help;
  }

  async get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Value[] }> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.values() };
  }

  abstract reset(): void;
  protected abstract values(): Value[];
}

/** With one label. */
export class PlainCounter extends PlainMetric {
  readonly type = 'counter';
  private readonly counts = new Map<string, { value: number }>();
  private readonly label: string;

  constructor({ label, ...options }: PlainOptions & { readonly label: string }) {
    super(options);
    this.label = label;
  }

  inc(labelled: string, by = 1): void {
    const count = this.counts.get(labelled);
    if (count) count.value += by;
    else this.counts.set(labelled, { value: by });
  }

  reset(): void {
    this.counts.clear();
  }

  protected values(): Value[] {
    return [...this.counts].map(([labelled, { value }]) => ({ value, labels: { [this.label]: labelled } }));
  }
}

/** Without labels: each value of one would be a series for every bucket. */
export class PlainHistogram extends PlainMetric {
  readonly type = 'histogram';
  private count = 0;
  private sum = 0;
  /** How many fell into each bucket alone, in the order of the bounds. */
  private readonly buckets: number[];

  /** `bounds` ascending. */
  constructor(
    options: PlainOptions,
    private readonly bounds: readonly number[],
  ) {
    super(options);
    this.buckets = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.count++;
    this.sum += value;
    const { bounds, buckets } = this;
    for (let index = 0; index < bounds.length; index++) {
      if (value > (bounds[index] ?? Infinity)) continue;
      buckets[index] = (buckets[index] ?? 0) + 1;
      return;
    }
  }

  reset(): void {
    [this.count, this.sum] = [0, 0];
    this.buckets.fill(0);
  }

  protected values(): Value[] {
    const { name, count, sum } = this;
    let upTo = 0;
    const bucket = (le: number | string, value: number): Value => ({
      metricName: `${name}_bucket`,
      labels: { le },
      value,
    });
    return [
      ...this.bounds.map((bound, index) => bucket(bound, (upTo += this.buckets[index] ?? 0))),
      bucket('+Inf', count),
      { metricName: `${name}_sum`, labels: {}, value: sum },
      { metricName: `${name}_count`, labels: {}, value: count },
    ];
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
