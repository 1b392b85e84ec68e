/** Compares the output of the plain metrics with that of prom-client's metrics, character by character. */
import { fc } from '../../../../../test/support/properties';
import { Counter, Histogram, type Metric, Registry } from 'prom-client';
import { PlainCounter, PlainHistogram } from './plain-metrics';

const OPTIONS = { name: 'things', help: 'Things, by kind.' };
const BOUNDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];
const kinds = fc.constantFrom('chat:message', 'zone "x"', 'a\\b', 'unknown');
const seconds = fc.oneof(
  fc.constantFrom(0, ...BOUNDS, 11),
  fc.integer({ min: 0, max: 20_000 }).map((ms) => ms / 1000),
);

function registryOf(plain: PlainCounter | PlainHistogram): Registry {
  const registry = new Registry();
  registry.registerMetric(plain as unknown as Metric);
  return registry;
}

async function expectSame(theirs: Registry, ours: Registry): Promise<void> {
  expect(await ours.metrics()).toBe(await theirs.metrics());
  // Exemplars are not used; prom-client exports them as null.
  const json = async (registry: Registry): Promise<unknown> =>
    JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()).replaceAll('"exemplar":null,', '')) as unknown;
  expect(await json(ours)).toEqual(await json(theirs));
}

it('plain histogram: exports the same text and JSON as prom-client for any observations', async () => {
  const make = (): [Registry, Histogram] => {
    const registry = new Registry();
    return [registry, new Histogram({ ...OPTIONS, buckets: BOUNDS, registers: [registry] })];
  };
  await fc.assert(
    fc.asyncProperty(fc.array(seconds), async (observations) => {
      const [theirs, histogram] = make();
      const plain = new PlainHistogram(OPTIONS, BOUNDS);
      const ours = registryOf(plain);
      for (const value of observations) {
        histogram.observe(value);
        plain.observe(value);
      }
      await expectSame(theirs, ours);
      // A reset plain histogram equals a new one of prom-client, whose own reset would leave no series.
      ours.resetMetrics();
      await expectSame(make()[0], ours);
    }),
  );
});

it('plain counter: exports the same text and JSON as prom-client for any increments', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(kinds, fc.integer({ min: 0, max: 5 }))), async (increments) => {
      const theirs = new Registry();
      const counter = new Counter({ ...OPTIONS, labelNames: ['kind'], registers: [theirs] });
      const plain = new PlainCounter({ ...OPTIONS, label: 'kind' });
      const ours = registryOf(plain);
      for (const [kind, by] of increments) {
        counter.inc({ kind }, by);
        plain.inc(kind, by);
      }
      await expectSame(theirs, ours);
      theirs.resetMetrics();
      ours.resetMetrics();
      await expectSame(theirs, ours);
    }),
  );
});
