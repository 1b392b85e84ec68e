/**
 * Players of two nodes see each other as on one node. The nodes are separate processes, and the clock of one node is
 * two minutes ahead.
 */
import { Client } from 'pg';
import {
  closeClients,
  connect,
  createCharacter,
  postJson,
  registerPlayer,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import {
  type PlacedPlayer,
  placePlayer,
  type PlayerPlacement,
  type PlacementServer,
} from '../support/zones/placed-players';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { type RedisServer, startRedis } from '../support/redis/redis-server';
import { type ServerProcess, stopServerProcesses } from '../support/servers/server';
import { type ShiftedServer, startShiftedServer } from '../support/servers/shifted-server';

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

const world = ({ url }: ServerProcess): PlacementServer => ({
  url,
  place: (id, { zone, x, y }) =>
    rows.query('update characters set zone = $2, x = $3, y = $4, facing = 0 where id = $1', [id, zone, x, y]),
});
const play = (node: ServerProcess, placing: PlayerPlacement): Promise<PlacedPlayer> =>
  placePlayer(world(node), placing);
const seenEntity = ({ picture }: PlacedPlayer, { characterId }: PlacedPlayer) => picture.get(characterId);
const population = async ({ client }: PlacedPlayer): Promise<unknown> =>
  (await client.send('zone:population', { zone: 'forest' }))['population'];

it('shows present players at once, and those that enter, move into and out of view, and leave', async () => {
  const ann = await play(west, { zone: 'forest', x: 200, y: 290 });
  const bob = await play(east, { zone: 'forest', x: 202, y: 290, encoding: 'binary' });
  expect(seenEntity(bob, ann)).toMatchObject({ class: 'mage', level: 1, x: 200, y: 290 });
  await waitUntil(() => seenEntity(ann, bob) !== undefined, 'the newcomer is seen on the other node');
  expect(seenEntity(ann, bob)).toMatchObject({ class: 'mage', x: 202, y: 290 });
  expect([await population(ann), await population(bob)]).toEqual([2, 2]);

  expect(await ann.step(200.5, 289.25, 1)).toBe(true);
  await waitUntil(() => seenEntity(bob, ann)?.x === 200.5 && seenEntity(bob, ann)?.y === 289.25, 'the step is shown');
  expect(seenEntity(bob, ann)?.facing).toBeCloseTo(1, 3);

  const far = await play(east, { zone: 'forest', x: 20, y: 20 });
  expect([seenEntity(far, ann), seenEntity(ann, far)]).toEqual([undefined, undefined]);
  expect(await population(far)).toBe(3);
  expect(JSON.stringify(ann.client.eventsNamed('zone:view'))).not.toContain(far.characterId);

  bob.client.close();
  await waitUntil(() => seenEntity(ann, bob) === undefined, 'the player that left is not shown');
  await waitUntil(async () => (await population(ann)) === 2, 'the player that left is not counted');
});

it('shows monsters at the same places on both nodes, without messages between them', async () => {
  const [ann, bob] = [
    await play(west, { zone: 'mine', x: 20, y: 40 }),
    await play(east, { zone: 'mine', x: 21, y: 40 }),
  ];
  const monsters = ({ picture }: PlacedPlayer) => [...picture.entities.values()].filter((entity) => 'kind' in entity);
  expect(monsters(ann).length).toBeGreaterThan(0);
  const monsterPositions = (player: PlacedPlayer): Map<string, string> =>
    new Map(monsters(player).map(({ id, x, y }) => [id, `${x.toFixed(0)} ${y.toFixed(0)}`]));
  await waitUntil(() => {
    const [annView, bobView] = [monsterPositions(ann), monsterPositions(bob)];
    return annView.size === bobView.size && [...annView].every(([id, position]) => bobView.get(id) === position);
  }, 'both players see the monsters at the same places');
});

describe('the position of a character is stored', () => {
  const PLACE = { zone: 'harbor', y: 90 };

  /** Plays the character on a node, takes one step, and leaves the world. @returns its x before the step. */
  async function stepOn(node: ServerProcess, { accessToken, characterId }: PlacedPlayer, toX: number): Promise<number> {
    const client = await connect(node.url, accessToken);
    const selected = await client.send('character:select', { characterId });
    const { x } = selected['character'] as { x: number };
    expect(await client.send('character:move', { seq: 1, x: toX, y: PLACE.y })).toMatchObject({ accepted: true });
    client.close();
    await waitUntil(async () => {
      const stored = await rows.query<{ x: number }>('select x from characters where id = $1', [characterId]);
      return stored.rows[0]?.x === toX;
    }, `the database has the character at ${toX}`);
    return x;
  }

  it('when its player continues on a node whose clock is behind', async () => {
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
  /** The connections that play a character. */
  async function playingClients(clients: readonly TestClient[]): Promise<TestClient[]> {
    const answers = await Promise.all(clients.map((client) => client.send('character:status', { status: 'here' })));
    return clients.filter((_, index) => answers[index]?.success);
  }

  it.each([
    ['on one node', () => [west, west]],
    ['on two nodes', () => [west, east]],
  ])(
    '%s: one of them plays it, and its entering and leaving are announced once, in each of 100 trials',
    async (_, nodes) => {
      const { client } = await play(west, { zone: 'forest', x: 300, y: 300 });
      const trials = async (number: number): Promise<void> => {
        const first = await play(west, { zone: 'forest', x: 40 + number, y: 40 });
        const { accessToken, characterId: id } = first;
        const otherCharacter = await createCharacter(west.url, first);
        const clients = await Promise.all(nodes().map(({ url }) => connect(url, accessToken)));
        const announced = (): number[] => [
          client.eventsNamed('zone:player_joined').filter(({ player }) => player.id === id).length,
          client.eventsNamed('zone:player_left').filter((entity) => entity.id === id).length,
        ];
        first.client.close();
        await waitUntil(() => announced()[1] === 1, 'the character has left');
        for (let trial = 1; trial <= TRIALS; trial++) {
          const answers = await Promise.all(clients.map((candidate) => select(candidate, id)));
          for (const { success, error } of answers) if (!success) expect(error).toMatchObject({ code: 'CONFLICT' });
          await waitUntil(async () => (await playingClients(clients)).length === 1, 'one has the character', 30_000);
          const [holder] = await playingClients(clients);
          if (!holder) throw new Error('no connection has the character');
          expect(await select(holder, otherCharacter.id)).toMatchObject({ success: true });
          await waitUntil(() => Number(announced()[1]) > trial, 'the character has left again', 30_000);
          expect(announced()).toEqual([trial + 1, trial + 1]);
        }
      };
      await Promise.all(Array.from({ length: PLAYERS }, (__, number) => trials(number)));
      await client.roundTrip();
      const expectedCount = PLAYERS * (TRIALS + 1);
      expect([client.eventsNamed('zone:player_joined').length, client.eventsNamed('zone:player_left').length]).toEqual([
        expectedCount,
        expectedCount,
      ]);
    },
    300_000,
  );
});

it('a session is refreshed with one token on both nodes, for two tabs or after a lost answer', async () => {
  const { refreshToken } = await registerPlayer(west.url);
  const refresh = (node: ServerProcess, token: string): Promise<{ refreshToken: string }> =>
    postJson(node.url, '/api/auth/refresh', { refreshToken: token });
  const [first, second] = [await refresh(west, refreshToken), await refresh(east, refreshToken)];
  const third = await refresh(west, refreshToken);
  expect(new Set([first, second, third].map((session) => session.refreshToken)).size).toBe(3);
  const next = await refresh(east, second.refreshToken);
  await expect(refresh(west, next.refreshToken)).resolves.toHaveProperty('accessToken');
});

it('a character that continues on the other node stays in view', async () => {
  const watcher = await play(west, { zone: 'harbor', x: 60, y: 80 });
  const ann = await play(west, { zone: 'harbor', x: 61, y: 80 });
  await waitUntil(() => seenEntity(watcher, ann) !== undefined, 'the character is in view');
  watcher.client.clearReceived();
  const reconnected = await connect(east.url, ann.accessToken);
  await reconnected.send('character:select', { characterId: ann.characterId });
  expect(await reconnected.send('character:move', { seq: 1, x: 61.5, y: 80 })).toMatchObject({ accepted: true });
  await waitUntil(() => seenEntity(watcher, ann)?.x === 61.5, 'the character moves on');
  expect(watcher.client.eventsNamed('zone:view').flatMap(({ left }) => left)).not.toContain(ann.characterId);
});

it('the characters of a killed node disappear', async () => {
  const doomed = await start();
  const watcher = await play(west, { zone: 'forest', x: 100, y: 100 });
  const victims = await Promise.all([0, 1, 2].map((n) => play(doomed, { zone: 'forest', x: 101 + n, y: 100 })));
  await waitUntil(() => victims.every((victim) => seenEntity(watcher, victim)), 'all victims are in view');
  doomed.kill('SIGKILL');
  await doomed.exited;
  await waitUntil(() => victims.every((victim) => !seenEntity(watcher, victim)), 'no victim is in view', 20_000);
  await waitUntil(async () => (await population(watcher)) === 1, 'no victim is counted', 20_000);
}, 60_000);
