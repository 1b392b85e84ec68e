/** Enlists walkers on the nodes of a world, lets a process of their own walk them, and hands over what it counted. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { createCharacter, playAsGuest } from '../../../support/client';
import type { Point } from '../../../../apps/server/src/world/zones/box';
import type { World } from '../world';
import type { Enlisted, Result } from './job';
import { patiently } from './patience';

const AT_ONCE = 10;
const SEEDS = 2 ** 31;

export interface Walk {
  readonly zone: string;
  readonly forMs: number;
  /** Where each of them begins. */
  readonly places: readonly Point[];
}

/** Players with a character each, that stands where it begins. `nodeOf` says on which node they play. */
export async function enlist(
  world: World,
  { zone, places }: Pick<Walk, 'zone' | 'places'>,
  nodeOf: (number: number) => number,
): Promise<Enlisted[]> {
  const one = async ({ x, y }: Point, number: number): Promise<Enlisted> => {
    const node = nodeOf(number);
    const { url } = world.node(node);
    const { accessToken: token } = await patiently(() => playAsGuest(url));
    const { id } = await patiently(() => createCharacter(url, { accessToken: token }));
    // Of each node half in either form.
    return { id, token, node, encoding: number % 4 < 2 ? 'json' : 'binary', x, y };
  };
  const walkers: Enlisted[] = [];
  for (let at = 0; at < places.length; at += AT_ONCE)
    walkers.push(...(await Promise.all(places.slice(at, at + AT_ONCE).map((place, index) => one(place, at + index)))));
  await place(world, zone, walkers);
  return walkers;
}

export async function walkAbout(world: World, { zone, forMs, places }: Walk): Promise<Result> {
  const walkers = await enlist(world, { zone, places }, (number) => number % world.nodes.length);
  const child = fork(join(__dirname, 'program.ts'), [], {
    execArgv: ['-r', join(__dirname, '..', '..', '..', 'support', 'typescript.cjs')],
  });
  try {
    const told = once(child, 'message') as Promise<[Result | { failed: string }]>;
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the walkers ended with ${String(code)}`);
    });
    ended.catch(() => undefined);
    child.send({ zone, urls: world.nodes.map(({ url }) => url), walkers, forMs, seed: world.chance.below(SEEDS) });
    const [result] = await Promise.race([told, ended]);
    if ('failed' in result) throw new Error(result.failed);
    return result;
  } finally {
    child.kill('SIGKILL');
  }
}

async function place({ database }: World, zone: string, walkers: readonly Enlisted[]): Promise<void> {
  const rows = new Client({ connectionString: database.url });
  await rows.connect();
  const columns = [walkers.map(({ id }) => id), walkers.map(({ x }) => x), walkers.map(({ y }) => y)];
  await rows.query(
    `update characters set zone = $1, x = place.x, y = place.y
     from unnest($2::uuid[], $3::float8[], $4::float8[]) as place (id, x, y) where characters.id = place.id`,
    [zone, ...columns],
  );
  await rows.end();
}
