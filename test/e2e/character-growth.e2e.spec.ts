/** Characters that grow, over two nodes: kept, told to those whom it concerns, and never answered from before it. */
import { CharactersService } from '../../apps/server/src/characters';
import type { RunningServer } from '../../apps/server/src/server';
import { closeClients, connect, createCharacter, playAsGuest, type TestClient, until } from '../support/client';
import { call } from '../support/http';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { startTestServer } from '../support/server';

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
const shown = async (client: TestClient, id: string) =>
  (await client.event('zone:state')).players.find((player) => player.id === id);

async function play(node: RunningServer) {
  const player = await playAsGuest(node.url);
  const { id } = await createCharacter(node.url, player);
  const client = await connect(node.url, player.accessToken);
  expect(await client.send('character:select', { characterId: id })).toMatchObject({ success: true });
  return { player, client, id };
}

/** A ranger begins with 95 health, 14 attack and 7 defense: each level adds a tenth of that. */
const SECOND_LEVEL = { health: 104, maxHealth: 104, attack: 15, defense: 7 };

it('is told to its owner wherever they are, and its level to the others of the zone, on both nodes', async () => {
  const ann = await play(west);
  const tab = await connect(east.url, ann.player.accessToken);
  const [near, across] = [await play(west), await play(east)];
  const grown = await charactersOf(east).award(ann.id, 130);
  expect(grown).toMatchObject({ level: 2, experience: 130, stats: SECOND_LEVEL });
  for (const client of [ann.client, tab])
    expect(await client.event('character:updated')).toEqual({
      id: ann.id,
      level: 2,
      experience: 130,
      stats: SECOND_LEVEL,
    });
  for (const { client } of [near, across])
    expect(await client.event('character:updated')).toEqual({ id: ann.id, level: 2 });

  await charactersOf(west).award(ann.id, 5);
  await ann.client.event('character:updated', ({ experience }) => experience === 135);
  await Promise.all([near, across].map(({ client }) => client.settled()));
  // What does not show is nobody's business.
  for (const { client } of [near, across]) expect(client.all('character:updated')).toHaveLength(1);
});

it('shows in the picture newcomers get, on the other node too, and in the answer to its player', async () => {
  const ann = await play(west);
  await charactersOf(west).award(ann.id, 300);
  expect(await shown((await play(west)).client, ann.id)).toMatchObject({ level: 3 });
  await until(async () => (await shown((await play(east)).client, ann.id))?.level === 3, 'the other node shows it');
  const answer = await ann.client.send('character:select', { characterId: ann.id });
  expect(answer).toMatchObject({ character: { level: 3, experience: 300 } });
  const { body } = await call(east.url, 'GET', `/api/characters/${ann.id}`, { token: ann.player.accessToken });
  expect(body).toMatchObject({ level: 3, experience: 300, stats: { maxHealth: 114 } });
});

it('is known to readers on the other node that knew the character from before', async () => {
  const player = await playAsGuest(west.url);
  const { id } = await createCharacter(west.url, player);
  const known = await Promise.all([west, east].map((node) => charactersOf(node).find(id)));
  expect(known).toMatchObject([{ level: 1 }, { level: 1 }]);
  await charactersOf(west).award(id, 100);
  expect(await charactersOf(west).find(id)).toMatchObject({ level: 2 });
  // Without a word it would answer from before for a minute.
  await until(async () => (await charactersOf(east).find(id))?.level === 2, 'the other node has heard of it');
});

it('loses nothing of what is awarded at once on both nodes', async () => {
  const ann = await play(west);
  const awards = Array.from({ length: 20 }, (_, index) =>
    charactersOf(index % 2 === 0 ? west : east).award(ann.id, 10),
  );
  const grown = await Promise.all(awards);
  expect(grown.map(({ experience }) => experience).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => (index + 1) * 10),
  );
  await ann.client.event('character:updated', ({ level, experience }) => level === 2 && experience === 200);
  expect((await charactersOf(east).owned(ann.player.id, ann.id)).character).toMatchObject({
    level: 2,
    experience: 200,
  });
});

it('is neither kept nor told where it was for nothing, for nobody, or taken back', async () => {
  const ann = await play(west);
  const characters = charactersOf(west);
  await expect(characters.award(ann.player.id, 10)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(characters.award(ann.id, -10)).rejects.toThrow(RangeError);
  expect(await characters.award(ann.id, 0)).toMatchObject({ level: 1, experience: 0 });
  await ann.client.settled();
  expect(ann.client.all('character:updated')).toEqual([]);
});
