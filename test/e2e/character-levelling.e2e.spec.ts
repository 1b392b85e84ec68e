/** Experience and levels of characters over two nodes: stored, announced to owner and zone, and never served stale. */
import { CharactersService } from '../../apps/server/src/characters';
import type { RunningServer } from '../../apps/server/src/server';
import {
  closeClients,
  connect,
  createCharacter,
  playAsGuest,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { type RedisServer, startRedis } from '../support/redis/redis-server';
import { startTestServer } from '../support/servers/server';
import { playNewCharacter } from '../support/zones/playing-clients';

let database: TestDatabase;
let redis: RedisServer;
let west: RunningServer;
let east: RunningServer;

const startNode = (): Promise<RunningServer> => startTestServer({ DATABASE_URL: database.url, REDIS_URL: redis.url });

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  [west, east] = [await startNode(), await startNode()];
});
afterEach(closeClients);
afterAll(async () => {
  await Promise.all([west.close(), east.close()]);
  await Promise.all([redis.stop(), database.drop()]);
});

const charactersOf = (node: RunningServer): CharactersService => node.app.get(CharactersService);
const seenEntity = async (client: TestClient, id: string) =>
  (await client.waitForEvent('zone:state')).players.find((player) => player.id === id);

/** A ranger begins with 95 health, 14 attack and 7 defense: each level adds a tenth of that. */
const SECOND_LEVEL = { health: 104, maxHealth: 104, attack: 15, defense: 7 };

it('an award is announced to all connections of the owner, and the level to the zone, on both nodes', async () => {
  const ann = await playNewCharacter(west);
  const tab = await connect(east.url, ann.player.accessToken);
  const [near, across] = [await playNewCharacter(west), await playNewCharacter(east)];
  const grown = await charactersOf(east).award(ann.id, 130);
  expect(grown).toMatchObject({ level: 2, experience: 130, stats: SECOND_LEVEL });
  for (const client of [ann.client, tab])
    expect(await client.waitForEvent('character:updated')).toEqual({
      id: ann.id,
      level: 2,
      experience: 130,
      stats: SECOND_LEVEL,
    });
  for (const { client } of [near, across])
    expect(await client.waitForEvent('character:updated')).toEqual({ id: ann.id, level: 2 });

  await charactersOf(west).award(ann.id, 5);
  await ann.client.waitForEvent('character:updated', ({ experience }) => experience === 135);
  await Promise.all([near, across].map(({ client }) => client.roundTrip()));
  // Experience without a new level is not announced to other players.
  for (const { client } of [near, across]) expect(client.eventsNamed('character:updated')).toHaveLength(1);
});

it('a level is in the snapshot for newcomers on both nodes, and in the answer to the owner', async () => {
  const ann = await playNewCharacter(west);
  await charactersOf(west).award(ann.id, 300);
  expect(await seenEntity((await playNewCharacter(west)).client, ann.id)).toMatchObject({ level: 3 });
  await waitUntil(
    async () => (await seenEntity((await playNewCharacter(east)).client, ann.id))?.level === 3,
    'level 3 on east',
  );
  const answer = await ann.client.send('character:select', { characterId: ann.id });
  expect(answer).toMatchObject({ character: { level: 3, experience: 300 } });
  const { body } = await callApi(east.url, 'GET', `/api/characters/${ann.id}`, { token: ann.player.accessToken });
  expect(body).toMatchObject({ level: 3, experience: 300, stats: { maxHealth: 114 } });
});

it('an award invalidates the cached character on the other node', async () => {
  const player = await playAsGuest(west.url);
  const { id } = await createCharacter(west.url, player);
  const known = await Promise.all([west, east].map((node) => charactersOf(node).find(id)));
  expect(known).toMatchObject([{ level: 1 }, { level: 1 }]);
  await charactersOf(west).award(id, 100);
  expect(await charactersOf(west).find(id)).toMatchObject({ level: 2 });
  // Without an invalidation the other node would serve its cached copy for a minute.
  await waitUntil(async () => (await charactersOf(east).find(id))?.level === 2, 'the other node has dropped its copy');
});

it('concurrent awards on both nodes are all stored', async () => {
  const ann = await playNewCharacter(west);
  const awards = Array.from({ length: 20 }, (_, index) =>
    charactersOf(index % 2 === 0 ? west : east).award(ann.id, 10),
  );
  const grown = await Promise.all(awards);
  expect(grown.map(({ experience }) => experience).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => (index + 1) * 10),
  );
  await ann.client.waitForEvent('character:updated', ({ level, experience }) => level === 2 && experience === 200);
  expect((await charactersOf(east).getOwned(ann.player.id, ann.id)).character).toMatchObject({
    level: 2,
    experience: 200,
  });
});

it('an award of nothing, of a negative number, or to an unknown character is neither stored nor announced', async () => {
  const ann = await playNewCharacter(west);
  const characters = charactersOf(west);
  await expect(characters.award(ann.player.id, 10)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(characters.award(ann.id, -10)).rejects.toThrow(RangeError);
  expect(await characters.award(ann.id, 0)).toMatchObject({ level: 1, experience: 0 });
  await ann.client.roundTrip();
  expect(ann.client.eventsNamed('character:updated')).toEqual([]);
});
