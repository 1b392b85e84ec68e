/** What players of two nodes, processes of their own, see of each other: the same as on one node. */
import { Client } from 'pg';
import { closeClients, connect, until } from '../support/client';
import { type PlacedPlayer, playAt, type Placing, type PlacingWorld } from '../support/placed-players';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

let database: TestDatabase;
let redis: RedisServer;
let rows: Client;
let west: ServerProcess;
let east: ServerProcess;

const start = (): Promise<ServerProcess> => startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  rows = new Client({ connectionString: database.url });
  await rows.connect();
  [west, east] = await Promise.all([start(), start()]);
}, 120_000);
afterEach(closeClients);
afterAll(async () => {
  await stopServerProcesses();
  await rows.end();
  await Promise.all([redis.stop(), database.drop()]);
});

const world = ({ url }: ServerProcess): PlacingWorld => ({
  url,
  place: (id, { zone, x, y }) =>
    rows.query('update characters set zone = $2, x = $3, y = $4, facing = 0 where id = $1', [id, zone, x, y]),
});
const play = (node: ServerProcess, placing: Placing): Promise<PlacedPlayer> => playAt(world(node), placing);
const seen = ({ picture }: PlacedPlayer, { characterId }: PlacedPlayer) => picture.get(characterId);
const population = async ({ client }: PlacedPlayer): Promise<unknown> =>
  (await client.send('zone:population', { zone: 'forest' }))['population'];

it('shows who is there already at once, and who comes, walks in and out, and goes', async () => {
  const ann = await play(west, { zone: 'forest', x: 200, y: 290 });
  const bob = await play(east, { zone: 'forest', x: 202, y: 290, encoding: 'binary' });
  expect(seen(bob, ann)).toMatchObject({ class: 'mage', level: 1, x: 200, y: 290 });
  await until(() => seen(ann, bob) !== undefined, 'the newcomer is seen on the other node');
  expect(seen(ann, bob)).toMatchObject({ class: 'mage', x: 202, y: 290 });
  expect([await population(ann), await population(bob)]).toEqual([2, 2]);

  expect(await ann.step(200.5, 289.25, 1)).toBe(true);
  await until(() => seen(bob, ann)?.x === 200.5 && seen(bob, ann)?.y === 289.25, 'its step is seen there');
  expect(seen(bob, ann)?.facing).toBeCloseTo(1, 3);

  const far = await play(east, { zone: 'forest', x: 20, y: 20 });
  expect([seen(far, ann), seen(ann, far)]).toEqual([undefined, undefined]);
  expect(await population(far)).toBe(3);
  expect(JSON.stringify(ann.client.all('zone:view'))).not.toContain(far.characterId);

  bob.client.close();
  await until(() => seen(ann, bob) === undefined, 'who left is seen no more');
  await until(async () => (await population(ann)) === 2, 'nor counted');
});

it('lets monsters be at the same places, without a word between the nodes', async () => {
  const [ann, bob] = [
    await play(west, { zone: 'mine', x: 20, y: 40 }),
    await play(east, { zone: 'mine', x: 21, y: 40 }),
  ];
  const monsters = ({ picture }: PlacedPlayer) => [...picture.entities.values()].filter((each) => 'kind' in each);
  expect(monsters(ann).length).toBeGreaterThan(0);
  const where = (player: PlacedPlayer): Map<string, string> =>
    new Map(monsters(player).map(({ id, x, y }) => [id, `${x.toFixed(0)} ${y.toFixed(0)}`]));
  await until(() => {
    const [here, there] = [where(ann), where(bob)];
    return here.size === there.size && [...here].every(([id, place]) => there.get(id) === place);
  }, 'they are seen at the same places');
});

it('keeps a character in the view that goes on over the other node', async () => {
  const watcher = await play(west, { zone: 'harbor', x: 60, y: 80 });
  const ann = await play(west, { zone: 'harbor', x: 61, y: 80 });
  await until(() => seen(watcher, ann) !== undefined, 'it is there');
  watcher.client.forget();
  const again = await connect(east.url, ann.accessToken);
  await again.send('character:select', { characterId: ann.characterId });
  expect(await again.send('character:move', { seq: 1, x: 61.5, y: 80 })).toMatchObject({ accepted: true });
  await until(() => seen(watcher, ann)?.x === 61.5, 'it walks on');
  expect(watcher.client.all('zone:view').flatMap(({ left }) => left)).not.toContain(ann.characterId);
});

it('loses the characters of a node that was killed', async () => {
  const doomed = await start();
  const watcher = await play(west, { zone: 'forest', x: 100, y: 100 });
  const victims = await Promise.all([0, 1, 2].map((each) => play(doomed, { zone: 'forest', x: 101 + each, y: 100 })));
  await until(() => victims.every((victim) => seen(watcher, victim)), 'all are seen');
  doomed.kill('SIGKILL');
  await doomed.exited;
  await until(() => victims.every((victim) => !seen(watcher, victim)), 'none is seen', 20_000);
  await until(async () => (await population(watcher)) === 1, 'nor counted', 20_000);
}, 60_000);
