/** Creates walkers on the nodes of a cluster, runs them in a separate process, and returns its counts. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { createCharacter, playAsGuest } from '../../../support/clients/client';
import type { Point } from '../../../../apps/server/src/world/zones/box';
import type { ChaosCluster } from '../chaos-cluster';
import type { WalkerAccount, WalkResult } from './walk-job';
import { retry } from './retry';

const CREATE_CONCURRENCY = 10;
const SEED_RANGE = 2 ** 31;

export interface WalkPlan {
  readonly zone: string;
  readonly forMs: number;
  /** The starting position of each walker. */
  readonly places: readonly Point[];
}

/** Creates guests with a character each, at its starting position. `nodeOf` selects the node of each. */
export async function createWalkers(
  cluster: ChaosCluster,
  { zone, places }: Pick<WalkPlan, 'zone' | 'places'>,
  nodeOf: (number: number) => number,
): Promise<WalkerAccount[]> {
  const createWalker = async ({ x, y }: Point, number: number): Promise<WalkerAccount> => {
    const node = nodeOf(number);
    const { url } = cluster.node(node);
    const { accessToken: token } = await retry(() => playAsGuest(url));
    const { id } = await retry(() => createCharacter(url, { accessToken: token }));
    // Half of the walkers on each node use either encoding.
    return { id, token, node, encoding: number % 4 < 2 ? 'json' : 'binary', x, y };
  };
  const walkers: WalkerAccount[] = [];
  for (let at = 0; at < places.length; at += CREATE_CONCURRENCY)
    walkers.push(
      ...(await Promise.all(
        places.slice(at, at + CREATE_CONCURRENCY).map((place, index) => createWalker(place, at + index)),
      )),
    );
  await placeCharacters(cluster, zone, walkers);
  return walkers;
}

export async function runWalkers(cluster: ChaosCluster, { zone, forMs, places }: WalkPlan): Promise<WalkResult> {
  const walkers = await createWalkers(cluster, { zone, places }, (number) => number % cluster.nodes.length);
  const child = fork(join(__dirname, 'program.ts'), [], {
    execArgv: ['-r', join(__dirname, '..', '..', '..', 'support', 'typescript.cjs')],
  });
  try {
    const answer = once(child, 'message') as Promise<[WalkResult | { failed: string }]>;
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the walker process exited with ${String(code)} before it answered`);
    });
    ended.catch(() => undefined);
    child.send({
      zone,
      urls: cluster.nodes.map(({ url }) => url),
      walkers,
      forMs,
      seed: cluster.random.nextInt(SEED_RANGE),
    });
    const [result] = await Promise.race([answer, ended]);
    if ('failed' in result) throw new Error(result.failed);
    return result;
  } finally {
    child.kill('SIGKILL');
  }
}

async function placeCharacters(
  { database }: ChaosCluster,
  zone: string,
  walkers: readonly WalkerAccount[],
): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const columns = [walkers.map(({ id }) => id), walkers.map(({ x }) => x), walkers.map(({ y }) => y)];
  await client.query(
    `update characters set zone = $1, x = place.x, y = place.y
     from unnest($2::uuid[], $3::float8[], $4::float8[]) as place (id, x, y) where characters.id = place.id`,
    [zone, ...columns],
  );
  await client.end();
}
