/** Reads metrics of this process from Prometheus' registry, and by how much counters and histograms have grown since. */
import { register } from 'prom-client';

interface MetricValue {
  readonly labels: Partial<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

export interface HistogramIncrease {
  readonly count: number;
  readonly sum: number;
  /** Upper bounds, ascending, the last one infinite, with the observations of each bucket alone. */
  readonly buckets: readonly { readonly bound: number; readonly count: number }[];
}

export class MetricIncreases {
  /** The totals at the last reading, by series. */
  private readonly totals = new Map<string, number>();
  private readonly known = new Set<string>();

  /** The sum of all series of a gauge; null if it does not exist. */
  async gauge(name: string): Promise<number | null> {
    const values = await valuesOf(name);
    return values.length === 0 ? null : values.reduce((sum, { value }) => sum + value, 0);
  }

  /** The increase by the values of one label, without those that did not grow; nothing at the first reading. */
  async counterBy(label: string, name: string): Promise<Record<string, number>> {
    const totals = new Map<string, number>();
    for (const { labels, value } of await valuesOf(name)) {
      const key = String(labels[label]);
      totals.set(key, (totals.get(key) ?? 0) + value);
    }
    const isFirst = !this.known.has(name);
    this.known.add(name);
    const increases: Record<string, number> = {};
    for (const [key, total] of totals) {
      const increase = this.increase(`${name} ${key}`, total);
      if (increase > 0 && !isFirst) increases[key] = increase;
    }
    return increases;
  }

  /** The increase of all series together; 0 at the first reading. */
  async counter(name: string): Promise<number> {
    const total = (await valuesOf(name)).reduce((sum, { value }) => sum + value, 0);
    const isFirst = !this.totals.has(name);
    const increase = this.increase(name, total);
    return isFirst ? 0 : increase;
  }

  /** Of a histogram without labels; empty at the first reading. */
  async histogram(name: string): Promise<HistogramIncrease> {
    const isFirst = !this.known.has(name);
    this.known.add(name);
    let [count, sum, cumulative] = [0, 0, 0];
    const buckets: { bound: number; count: number }[] = [];
    for (const { metricName, labels, value } of await valuesOf(name)) {
      if (metricName === `${name}_count`) count = this.increase(metricName, value);
      else if (metricName === `${name}_sum`) sum = this.increase(metricName, value);
      else {
        const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
        const increase = this.increase(`${name} ${bound}`, value);
        buckets.push({ bound, count: increase - cumulative });
        cumulative = increase;
      }
    }
    return isFirst ? { count: 0, sum: 0, buckets: [] } : { count, sum, buckets };
  }

  /** A total that has shrunk was reset, and has grown from 0. */
  private increase(series: string, total: number): number {
    const before = this.totals.get(series) ?? 0;
    this.totals.set(series, total);
    return total < before ? total : total - before;
  }
}

async function valuesOf(name: string): Promise<readonly MetricValue[]> {
  const metric = register.getSingleMetric(name) as { get(): Promise<{ values: readonly MetricValue[] }> } | undefined;
  return metric ? (await metric.get()).values : [];
}
