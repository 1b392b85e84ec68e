/** MetricIncreases and histogramQuantile, on metrics of Prometheus' registry. */
import { Counter, Gauge, Histogram, register } from 'prom-client';
import { histogramQuantile } from './histogram-quantile';
import { MetricIncreases } from './metric-increases';

afterEach(() => register.clear());

it('counter: the first reading is the baseline, and later ones report the growth of all series', async () => {
  const counter = new Counter({ name: 'things_total', help: 'x', labelNames: ['kind', 'code'] });
  const metrics = new MetricIncreases();
  counter.inc({ kind: 'a', code: 'X' }, 5);
  expect(await metrics.counter('things_total')).toBe(0);
  counter.inc({ kind: 'b', code: 'X' }, 2);
  counter.inc({ kind: 'a', code: 'Y' }, 1);
  expect(await metrics.counter('things_total')).toBe(3);
  expect(await metrics.counter('things_total')).toBe(0);
});

it('counter by label: sums the series of a label, and counts a label that appears later from 0', async () => {
  const counter = new Counter({ name: 'things_total', help: 'x', labelNames: ['kind', 'code'] });
  const metrics = new MetricIncreases();
  counter.inc({ kind: 'a', code: 'X' }, 5);
  expect(await metrics.counterBy('code', 'things_total')).toEqual({});
  counter.inc({ kind: 'a', code: 'X' }, 1);
  counter.inc({ kind: 'b', code: 'X' }, 2);
  counter.inc({ kind: 'b', code: 'Y' }, 4);
  expect(await metrics.counterBy('code', 'things_total')).toEqual({ X: 3, Y: 4 });
});

it('counter: one that was reset has grown from 0', async () => {
  const counter = new Counter({ name: 'things_total', help: 'x' });
  const metrics = new MetricIncreases();
  counter.inc(9);
  await metrics.counter('things_total');
  register.resetMetrics();
  counter.inc(2);
  expect(await metrics.counter('things_total')).toBe(2);
});

it('gauge: sums its series; null if there is none', async () => {
  const gauge = new Gauge({ name: 'level', help: 'x', labelNames: ['of'] });
  const metrics = new MetricIncreases();
  expect([await metrics.gauge('level'), await metrics.gauge('unknown')]).toEqual([null, null]);
  gauge.set({ of: 'a' }, 2);
  gauge.set({ of: 'b' }, 3);
  expect(await metrics.gauge('level')).toBe(5);
});

describe('histogram', () => {
  it('reports the observations since the last reading, by bucket', async () => {
    const histogram = new Histogram({ name: 'took_seconds', help: 'x', buckets: [1, 2, 4] });
    const metrics = new MetricIncreases();
    histogram.observe(1.5);
    expect(await metrics.histogram('took_seconds')).toEqual({ count: 0, sum: 0, buckets: [] });
    for (const seconds of [0.5, 3, 3.5, 9]) histogram.observe(seconds);
    expect(await metrics.histogram('took_seconds')).toEqual({
      count: 4,
      sum: 16,
      buckets: [
        { bound: 1, count: 1 },
        { bound: 2, count: 0 },
        { bound: 4, count: 2 },
        { bound: Infinity, count: 1 },
      ],
    });
  });

  const buckets = [
    { bound: 1, count: 50 },
    { bound: 2, count: 0 },
    { bound: 4, count: 40 },
    { bound: Infinity, count: 10 },
  ];
  it.each([
    [0, 0],
    [0.25, 0.5],
    [0.5, 1],
    [0.7, 3],
    [0.9, 4],
    [0.99, 4],
  ])('quantile %d of it is %d', (quantile, expected) => {
    expect(histogramQuantile({ buckets }, quantile)).toBeCloseTo(expected);
  });

  it('has no quantile without observations', () => expect(histogramQuantile({ buckets: [] }, 0.5)).toBeNull());
});
