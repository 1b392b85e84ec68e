/**
 * Cheap counters and histograms for the hot path: prom-client's own build a string from their labels on every increment. They
 * export the same values to the registry as those of prom-client.
 */
import type { FactoryProvider } from '@nestjs/common';
import { getToken } from '@willsoto/nestjs-prometheus';
import { type Metric, register } from 'prom-client';

interface MetricValue {
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

  async get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: MetricValue[] }> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.values() };
  }

  abstract reset(): void;
  protected abstract values(): MetricValue[];
}

/** A counter with exactly one label. */
export class PlainCounter extends PlainMetric {
  readonly type = 'counter';
  private readonly counts = new Map<string, { value: number }>();
  private readonly label: string;

  constructor({ label, ...options }: PlainOptions & { readonly label: string }) {
    super(options);
    this.label = label;
  }

  inc(labelValue: string, by = 1): void {
    const count = this.counts.get(labelValue);
    if (count) count.value += by;
    else this.counts.set(labelValue, { value: by });
  }

  reset(): void {
    this.counts.clear();
  }

  protected values(): MetricValue[] {
    return [...this.counts].map(([labelValue, { value }]) => ({ value, labels: { [this.label]: labelValue } }));
  }
}

/** A histogram without labels: every label value would add a series per bucket. */
export class PlainHistogram extends PlainMetric {
  readonly type = 'histogram';
  private count = 0;
  private sum = 0;
  /** Observations per bucket, not cumulative, in the order of the bounds. */
  private readonly buckets: number[];

  /** `bounds` must be ascending. */
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

  protected values(): MetricValue[] {
    const { name, count, sum } = this;
    let cumulative = 0;
    const bucket = (le: number | string, value: number): MetricValue => ({
      metricName: `${name}_bucket`,
      labels: { le },
      value,
    });
    return [
      ...this.bounds.map((bound, index) => bucket(bound, (cumulative += this.buckets[index] ?? 0))),
      bucket('+Inf', count),
      { metricName: `${name}_sum`, labels: {}, value: sum },
      { metricName: `${name}_count`, labels: {}, value: count },
    ];
  }
}

/** Returns the registered metric of this name, or creates it: applications in one process share the registry. */
export function getOrRegister<M extends PlainMetric>(name: string, make: () => M): M {
  const existing = register.getSingleMetric(name) as unknown as M | undefined;
  if (existing) return existing;
  const metric = make();
  register.registerMetric(metric as unknown as Metric);
  return metric;
}

export const plainCounterProvider = (
  options: ConstructorParameters<typeof PlainCounter>[0],
): FactoryProvider<PlainCounter> => ({
  provide: getToken(options.name),
  useFactory: () => getOrRegister(options.name, () => new PlainCounter(options)),
});
