/** Plain metrics tell what those of prom-client tell, to the letter. */
import { fc } from '../../../../test/support/properties';
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
  // Exemplars, which nobody gives, aside.
  const json = async (registry: Registry): Promise<unknown> =>
    JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()).replaceAll('"exemplar":null,', '')) as unknown;
  expect(await json(ours)).toEqual(await json(theirs));
}

it('a histogram', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(kinds, seconds)), async (seen) => {
      const theirs = new Registry();
      const histogram = new Histogram({ ...OPTIONS, labelNames: ['kind'], buckets: BOUNDS, registers: [theirs] });
      const plain = new PlainHistogram({ ...OPTIONS, label: 'kind' }, BOUNDS);
      const ours = registryOf(plain);
      for (const [kind, value] of seen) {
        histogram.observe({ kind }, value);
        plain.observe(kind, value);
      }
      await expectSame(theirs, ours);
      theirs.resetMetrics();
      ours.resetMetrics();
      await expectSame(theirs, ours);
    }),
  );
});

it('a counter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(kinds), async (seen) => {
      const theirs = new Registry();
      const counter = new Counter({ ...OPTIONS, labelNames: ['kind'], registers: [theirs] });
      const plain = new PlainCounter({ ...OPTIONS, label: 'kind' });
      const ours = registryOf(plain);
      for (const kind of seen) {
        counter.inc({ kind });
        plain.inc(kind);
      }
      await expectSame(theirs, ours);
      theirs.resetMetrics();
      ours.resetMetrics();
      await expectSame(theirs, ours);
    }),
  );
});
