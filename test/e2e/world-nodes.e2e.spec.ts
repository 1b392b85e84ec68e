/**
 * What players of two nodes see of each other: the same as on one node. The nodes are processes of their own, and the
 * clock of the machine of one of them is two minutes ahead.
 */
import { Client } from 'pg';
import {
  closeClients,
  connect,
  createCharacter,
  post,
  registerPlayer,
  type TestClient,
  until,
} from '../support/client';
import { type PlacedPlayer, playAt, type Placing, type PlacingWorld } from '../support/placed-players';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, stopServerProcesses } from '../support/server';
import { type ShiftedServer, startShiftedServer } from '../support/shifted-server';

let database: TestDatabase;
let redis: RedisServer;
let rows: Client;
let west: ShiftedServer;
let east: ShiftedServer;

const AHEAD_MS = 120_000;
const start = (aheadMs = 0): Promise<ShiftedServer> =>
  startShiftedServer(aheadMs, { DATABASE_URL: database.url, REDIS_URL: redis.url, LIMITS: 'off' });

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  rows = new Client({ connectionString: database.url });
  await rows.connect();
  [west, east] = await Promise.all([start(), start(AHEAD_MS)]);
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

describe('a place that was reached is kept', () => {
  const PLACE = { zone: 'harbor', y: 90 };

  /** Plays the character on a node, takes one step, and leaves the world. @returns where it stood at first. */
  async function stepOn(node: ServerProcess, { accessToken, characterId }: PlacedPlayer, toX: number): Promise<number> {
    const client = await connect(node.url, accessToken);
    const selected = await client.send('character:select', { characterId });
    const { x } = selected['character'] as { x: number };
    expect(await client.send('character:move', { seq: 1, x: toX, y: PLACE.y })).toMatchObject({ accepted: true });
    client.close();
    await until(async () => {
      const found = await rows.query<{ x: number }>('select x from characters where id = $1', [characterId]);
      return found.rows[0]?.x === toX;
    }, `the database has it at ${toX}`);
    return x;
  }

  it('when its player goes on over a node whose clock is behind', async () => {
    const ann = await play(east, { ...PLACE, x: 60 });
    ann.client.close();
    expect(await stepOn(east, ann, 60.5)).toBe(60);
    expect(await stepOn(west, ann, 61)).toBe(60.5);
    expect(await stepOn(east, ann, 61.5)).toBe(61);
    expect(await stepOn(west, ann, 62)).toBe(61.5);
  });

  it('when the clock of its node is set back', async () => {
    const ann = await play(west, { ...PLACE, x: 70 });
    ann.client.close();
    expect(await stepOn(west, ann, 70.5)).toBe(70);
    await west.setClock(-60_000);
    expect(await stepOn(west, ann, 71)).toBe(70.5);
    await west.setClock(60_000);
    expect(await stepOn(west, ann, 71.5)).toBe(71);
  });
});

describe('two connections of one user that select the same character at once', () => {
  const PLAYERS = 5;
  const TRIALS = 20;

  const select = (client: TestClient, characterId: string) => client.send('character:select', { characterId });
  /** Those of the connections that play a character. */
  async function playing(clients: readonly TestClient[]): Promise<TestClient[]> {
    const answers = await Promise.all(clients.map((each) => each.send('character:status', { status: 'here' })));
    return clients.filter((_, index) => answers[index]?.success);
  }

  it.each([
    ['on one node', () => [west, west]],
    ['on two nodes', () => [west, east]],
  ])(
    '%s: one connection plays it, and its coming and going are announced once, in each of 100 trials',
    async (_, nodes) => {
      const { client } = await play(west, { zone: 'forest', x: 300, y: 300 });
      const trials = async (number: number): Promise<void> => {
        const first = await play(west, { zone: 'forest', x: 40 + number, y: 40 });
        const { accessToken, characterId: id } = first;
        const elsewhere = await createCharacter(west.url, first);
        const clients = await Promise.all(nodes().map(({ url }) => connect(url, accessToken)));
        const announced = (): number[] => [
          client.all('zone:player_joined').filter(({ player }) => player.id === id).length,
          client.all('zone:player_left').filter((left) => left.id === id).length,
        ];
        first.client.close();
        await until(() => announced()[1] === 1, 'it has left');
        for (let trial = 1; trial <= TRIALS; trial++) {
          const answers = await Promise.all(clients.map((each) => select(each, id)));
          for (const { success, error } of answers) if (!success) expect(error).toMatchObject({ code: 'CONFLICT' });
          await until(async () => (await playing(clients)).length === 1, 'one connection has the character', 30_000);
          const [holder] = await playing(clients);
          if (!holder) throw new Error('nobody has the character');
          expect(await select(holder, elsewhere.id)).toMatchObject({ success: true });
          await until(() => Number(announced()[1]) > trial, 'it has left again', 30_000);
          expect(announced()).toEqual([trial + 1, trial + 1]);
        }
      };
      await Promise.all(Array.from({ length: PLAYERS }, (__, number) => trials(number)));
      await client.settled();
      const all = PLAYERS * (TRIALS + 1);
      expect([client.all('zone:player_joined').length, client.all('zone:player_left').length]).toEqual([all, all]);
    },
    300_000,
  );
});

it('refreshes a session with one token on both nodes, for two tabs, or for who did not get the first answer', async () => {
  const { refreshToken } = await registerPlayer(west.url);
  const refresh = (node: ServerProcess, token: string): Promise<{ refreshToken: string }> =>
    post(node.url, '/api/auth/refresh', { refreshToken: token });
  const [first, second] = [await refresh(west, refreshToken), await refresh(east, refreshToken)];
  const third = await refresh(west, refreshToken);
  expect(new Set([first, second, third].map((each) => each.refreshToken)).size).toBe(3);
  const next = await refresh(east, second.refreshToken);
  await expect(refresh(west, next.refreshToken)).resolves.toHaveProperty('accessToken');
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
