/**
 * A node is killed while a hundred walk about on it. Half of them come back to the other node, stand where they were, two
 * seconds of movement ago at most, and nobody has seen them go; the others are seen no more, and told to have left.
 */
import { Client } from 'pg';
import { until } from '../support/client';
import { chances } from '../support/walks';
import { scenario } from './support/scenario';
import { enlist } from './support/walkers/company';
import { groundOf } from './support/walkers/ground';
import { Hearsay } from './support/walkers/hearsay';
import { Walker } from './support/walkers/walker';
import type { World } from './support/world';

const WATCHERS = 4;
const WALKERS = 100;
/** There are ten in a second. */
const STEPS = 30;
const TWO_SECONDS = 20;
/** Farther than that some would walk out of the view. */
const MOST_STEPS = 80;
const GONE_MS = 15_000;
const ZONE = 'starting_village';
const AFTERWARDS = 100_000;

scenario('a hundred walkers on a node that is killed', { nodes: ['doomed', 'other'], ungated: true }, async (world) => {
  const { cells, ways } = groundOf(ZONE);
  const [doomed, other] = [world.node(0), world.node(1)];
  const door = await world.door(doomed.url);
  // All of them, wherever they walk to, are in the view of those who watch.
  const places = Array.from({ length: WATCHERS + WALKERS }, (_, index) => ({
    x: 96 + (index % 10),
    y: 100 + Math.floor(index / 10),
  }));
  const enlisted = await enlist(world, { zone: ZONE, places }, (number) => (number < WATCHERS ? 1 : 0));
  const numbers = new Map(enlisted.map(({ id }, number) => [id, number]));
  const everybody = enlisted.map((each, number) => {
    const chance = chances(world.chance.below(2 ** 31));
    return new Walker(each, number, cells, ways, numbers, new Hearsay(numbers), chance);
  });
  const [watchers, walkers] = [everybody.slice(0, WATCHERS), everybody.slice(WATCHERS)];
  const [returning, leaving] = [walkers.slice(0, WALKERS / 2), walkers.slice(WALKERS / 2)];
  const backSoon = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 500 };
  await Promise.all(watchers.map((walker) => walker.enter(other.url)));
  await Promise.all(returning.map((walker) => walker.enter(door.url, backSoon)));
  await Promise.all(leaving.map((walker) => walker.enter(door.url)));
  const isSeenBy =
    ({ enlisted: { id } }: Walker) =>
    ({ picture }: Walker): boolean =>
      picture.get(id) !== undefined;
  await until(() => walkers.every((walker) => watchers.every(isSeenBy(walker))), 'all are seen', 30_000);
  for (const { client } of [...watchers, ...walkers]) client.forget();
  let vanished = 0;
  for (const watcher of watchers)
    watcher.client.socket.on('zone:moves', () => {
      vanished += returning.filter((walker) => !isSeenBy(walker)(watcher)).length;
    });

  // Many end with a step that is not answered, for their node dies.
  let walking = true;
  const walks = walkers.map((walker) =>
    walker.walk(() => walking && walker.acceptedAt < MOST_STEPS).catch(() => undefined),
  );
  await until(() => walkers.every(({ acceptedAt }) => acceptedAt >= STEPS), 'all have walked', 60_000);
  door.lead(other.url);
  walking = false;
  await doomed.kill();
  const killedAt = Date.now();
  await Promise.all(walks);

  const kept = await placesOf(world);
  const lost: number[] = leaving.map((walker) => stepsLost(walker, kept.get(walker.enlisted.id)));
  for (const walker of returning) {
    const { client, picture, enlisted: own } = walker;
    await client.event('zone:state', ({ players }) => players.some(({ id }) => id === own.id), 30_000);
    expect(client.socket.recovered).toBe(true);
    const behind = stepsLost(walker, picture.get(own.id));
    lost.push(behind);
    const back = walker.steps[walker.acceptedAt - behind - 1];
    expect(await client.send('character:move', { seq: AFTERWARDS, ...back })).toMatchObject({ accepted: true });
  }
  expect(lost.filter((steps) => !(steps <= TWO_SECONDS))).toEqual([]);

  const left = Math.max(0, killedAt + GONE_MS - Date.now());
  await until(() => !leaving.some((walker) => watchers.some(isSeenBy(walker))), 'they are seen no more', left);
  const goneAfterMs = Date.now() - killedAt;
  for (const { client } of watchers) {
    for (const { enlisted: own } of leaving) await client.event('zone:player_left', ({ id }) => id === own.id);
    await client.settled();
    const told = client.all('zone:player_left').map(({ id }) => id);
    expect(told.sort()).toEqual(leaving.map(({ enlisted: own }) => own.id).sort());
    expect(client.all('zone:player_joined')).toEqual([]);
  }
  expect(vanished).toBe(0);
  return { returned: returning.length, gone: leaving.length, mostStepsLost: Math.max(...lost), goneAfterMs };
});

interface Place {
  x: number;
  y: number;
}

async function placesOf({ database }: World): Promise<Map<string, Place>> {
  const rows = new Client({ connectionString: database.url });
  await rows.connect();
  const { rows: found } = await rows.query<Place & { id: string }>('select id, x, y from characters');
  await rows.end();
  return new Map(found.map(({ id, ...place }) => [id, place]));
}

/** How many of its steps that were accepted came after it stood there; NaN where it never did. */
function stepsLost({ steps, acceptedAt }: Walker, place: Place | undefined): number {
  const at = steps.findLastIndex(({ x, y }) => x === place?.x && y === place.y);
  return at < 0 ? NaN : Math.max(0, acceptedAt - at);
}
