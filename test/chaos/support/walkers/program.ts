/** The process of the walkers: runs the one job that it is sent, and answers with its counts. */
import { closeClients, waitUntil } from '../../../support/clients/client';
import { seededRandom } from '../../../support/zones/simulated-walks';
import { loadWalkableZone } from './walkable-zone';
import { countGhostViews } from './ghost-views';
import { NodeBroadcasts } from './node-broadcasts';
import type { WalkJob, WalkResult } from './walk-job';
import { ViewChecker } from './view-checker';
import { isViewAccurate } from './view-accuracy';
import { Walker } from './walker';

const CONNECT_CONCURRENCY = 10;
const CONVERGENCE_TIMEOUT_MS = 30_000;

async function runJob({ zone, urls, walkers: accounts, forMs, seed }: WalkJob): Promise<WalkResult> {
  const { cells, pathfinder } = loadWalkableZone(zone);
  const numbers = new Map(accounts.map(({ id }, number) => [id, number]));
  const nodes = urls.map(() => new NodeBroadcasts(numbers));
  const walkers = accounts.map((account, number) => {
    const [broadcasts, random] = [nodes[account.node] ?? new NodeBroadcasts(numbers), seededRandom(seed + number)];
    return new Walker(account, number, cells, pathfinder, numbers, broadcasts, random);
  });
  for (let at = 0; at < walkers.length; at += CONNECT_CONCURRENCY)
    await Promise.all(
      walkers.slice(at, at + CONNECT_CONCURRENCY).map((walker) => walker.enter(urls[walker.account.node] ?? '')),
    );
  const countInaccurate = (): number => walkers.filter((walker) => !isViewAccurate(walker, walkers, cells)).length;
  const waitForAccurateViews = (): Promise<void> =>
    waitUntil(() => countInaccurate() === 0, 'all views are accurate', CONVERGENCE_TIMEOUT_MS);
  await waitForAccurateViews();
  for (const walker of walkers) walker.snapshots.splice(0, walker.snapshots.length - 1);
  for (const { ticks } of nodes) ticks.clear();

  const end = Date.now() + forMs;
  await Promise.all(walkers.map((walker) => walker.walk(() => Date.now() < end)));
  // A view that never becomes accurate is counted below, and the checker reports since which tick.
  await waitForAccurateViews().catch(() => undefined);
  const staleAtRest = countInaccurate();
  const last = nodes.map(({ ticks }) => Math.max(...ticks));
  await Promise.all(walkers.map(({ client }) => client.roundTrip()));
  const checker = new ViewChecker(cells, walkers, nodes);
  checker.checkUntil(last);

  const total = (count: (walker: Walker) => number): number => walkers.reduce((sum, walker) => sum + count(walker), 0);
  const dropped = total(({ picture }) => picture.counts.dropped);
  const packets = total(({ counts }) => counts.packets);
  const { samples, compared, mismatches, examples } = checker;
  const ghosts =
    mismatches === 0
      ? await countGhostViews(walkers, cells, CONVERGENCE_TIMEOUT_MS)
      : { ghostViews: 0, staleAfterKeyframe: 0 };
  return {
    counts: {
      steps: total(({ counts }) => counts.steps),
      corrections: total(({ counts }) => counts.corrections),
      packets,
      dropped,
      samples,
      compared,
      mismatches,
      staleAtRest,
      invalidPositions: checker.invalidPositions + total(({ counts }) => counts.invalidPositions),
      medianLagTicks: median(checker.replicationLags),
      ...ghosts,
    },
    examples,
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;

process.once('message', (job: WalkJob) => {
  runJob(job)
    .then((result) => process.send?.(result))
    .catch((error: unknown) => process.send?.({ failed: String(error) }))
    .finally(() => {
      closeClients();
      process.disconnect();
    });
});
