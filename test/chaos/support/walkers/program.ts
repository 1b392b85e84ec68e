/** The process of the walkers: does the one job it is sent, and tells what it counted. */
import { closeClients, until } from '../../../support/client';
import { chances } from '../../../support/walks';
import { groundOf } from './ground';
import { haunt } from './haunting';
import { Hearsay } from './hearsay';
import type { Job, Result } from './job';
import { Judge } from './judge';
import { isRight } from './rightness';
import { Walker } from './walker';

const AT_ONCE = 10;
const CALM_MS = 30_000;

async function play({ zone, urls, walkers: enlisted, forMs, seed }: Job): Promise<Result> {
  const { cells, ways } = groundOf(zone);
  const numbers = new Map(enlisted.map((each, number) => [each.id, number]));
  const nodes = urls.map(() => new Hearsay(numbers));
  const walkers = enlisted.map((each, number) => {
    const [hearsay, chance] = [nodes[each.node] ?? new Hearsay(numbers), chances(seed + number)];
    return new Walker(each, number, cells, ways, numbers, hearsay, chance);
  });
  for (let at = 0; at < walkers.length; at += AT_ONCE)
    await Promise.all(walkers.slice(at, at + AT_ONCE).map((walker) => walker.enter(urls[walker.enlisted.node] ?? '')));
  const wrong = (): number => walkers.filter((walker) => !isRight(walker, walkers, cells)).length;
  const calm = (): Promise<void> => until(() => wrong() === 0, 'all see what there is', CALM_MS);
  await calm();
  for (const walker of walkers) walker.snapshots.splice(0, walker.snapshots.length - 1);
  for (const { ticks } of nodes) ticks.clear();

  const end = Date.now() + forMs;
  await Promise.all(walkers.map((walker) => walker.walk(() => Date.now() < end)));
  // Also where somebody never sees what there is, it is told since when.
  await calm().catch(() => undefined);
  const unsettled = wrong();
  const last = nodes.map(({ ticks }) => Math.max(...ticks));
  await Promise.all(walkers.map(({ client }) => client.settled()));
  const judge = new Judge(cells, walkers, nodes);
  judge.judge(last);

  const total = (count: (walker: Walker) => number): number => walkers.reduce((sum, each) => sum + count(each), 0);
  const dropped = total(({ picture }) => picture.counts.dropped);
  const packets = total(({ counts }) => counts.packets);
  const { samples, compared, mismatches, examples } = judge;
  const haunting = mismatches === 0 ? await haunt(walkers, cells, CALM_MS) : { haunted: 0, unhealed: 0 };
  return {
    counts: {
      steps: total(({ counts }) => counts.steps),
      corrections: total(({ counts }) => counts.corrections),
      packets,
      dropped,
      samples,
      compared,
      mismatches,
      unsettled,
      untrue: judge.untrue + total(({ counts }) => counts.untrue),
      behind: median(judge.behind),
      ...haunting,
    },
    examples,
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;

process.once('message', (job: Job) => {
  play(job)
    .then((result) => process.send?.(result))
    .catch((error: unknown) => process.send?.({ failed: String(error) }))
    .finally(() => {
      closeClients();
      process.disconnect();
    });
});
