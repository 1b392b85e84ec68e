/** The world over two nodes: what clients of both nodes receive, and characters that move between nodes. */
import { RedisService } from '@aeturnis/platform';
import type { RunningServer } from '../../apps/server/src/server';
import { ZonePositions } from '../../apps/server/src/world/positions/zone-positions';
import { ZoneTicker } from '../../apps/server/src/world/zone-ticker';
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
import { startServerProcess, startTestServer, stopServerProcesses } from '../support/servers/server';
import {
  announcementsOf,
  playNewCharacter,
  select,
  step,
  untilJoined,
  untilLeft,
  untilMoved,
} from '../support/zones/playing-clients';

let database: TestDatabase;
let redis: RedisServer;
let west: RunningServer;
let east: RunningServer;

const startNode = (name: string): Promise<RunningServer> =>
  startTestServer({ DATABASE_URL: database.url, REDIS_URL: redis.url, NODE_ID: name });

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  [west, east] = [await startNode('west'), await startNode('east')];
});
afterEach(closeClients);
afterAll(async () => {
  await stopServerProcesses();
  await Promise.all([west.close(), east.close()]);
  await Promise.all([redis.stop(), database.drop()]);
});

const zonePlayers = async (client: TestClient) => (await client.waitForEvent('zone:state')).players;

it('a newcomer learns the positions of players on the other node from the snapshot or the next batch', async () => {
  const ann = await playNewCharacter(west);
  await step(ann.client, 1, 103.5);
  const bob = await playNewCharacter(east);
  const [first] = (await zonePlayers(bob.client)).filter(({ id }) => id === ann.id);
  expect(first).toBeDefined();
  if (first?.x !== 103.5) await untilMoved(bob.client, ann.id, 103.5);
});

it('a player that enters and leaves is announced once on both nodes', async () => {
  const [ann, bob] = [await playNewCharacter(west), await playNewCharacter(east)];
  const cid = await playNewCharacter(east);
  for (const { client } of [ann, bob]) await untilJoined(client, cid.id);
  cid.client.close();
  for (const { client } of [ann, bob]) await untilLeft(client, cid.id);
  expect((await zonePlayers((await playNewCharacter(west)).client)).map(({ id }) => id)).not.toContain(cid.id);
  for (const { client } of [ann, bob])
    expect(announcementsOf(client, cid.id)).toEqual(['zone:player_joined', 'zone:player_left']);
});

it('a newcomer on the other node is not shown a player whose leave was announced, even if the next tick is late', async () => {
  const watcher = await playNewCharacter(west);
  const ann = await playNewCharacter(east);
  await untilJoined(watcher.client, ann.id);
  const ticker = east.app.get(ZoneTicker);
  ticker.onModuleDestroy();
  ann.client.close();
  await untilLeft(watcher.client, ann.id);
  const newcomer = await playNewCharacter(west);
  const shown = await zonePlayers(newcomer.client);
  ticker.onModuleInit();
  expect(shown.map(({ id }) => id)).not.toContain(ann.id);
});

it('a character continues on the other node at its exact position, unnoticed by other players', async () => {
  const watcher = await playNewCharacter(west);
  const ann = await playNewCharacter(west);
  await untilJoined(watcher.client, ann.id);
  await step(ann.client, 5, 104.25);
  watcher.client.clearReceived();
  const reconnected = await connect(east.url, ann.player.accessToken);
  expect(await select(reconnected, ann.id)).toMatchObject({ success: true, character: { x: 104.25 } });
  expect(await ann.client.waitForEvent('character:released')).toEqual({ characterId: ann.id, reason: 'taken_over' });
  expect(await step(ann.client, 6, 104.5)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
  expect(await step(reconnected, 1, 104.75)).toMatchObject({ accepted: true });
  await untilMoved(watcher.client, ann.id, 104.75);
  ann.client.close();
  expect(await step(reconnected, 2, 105)).toMatchObject({ accepted: true });
  await untilMoved(watcher.client, ann.id, 105);
  expect(announcementsOf(watcher.client, ann.id)).toEqual([]);
  reconnected.close();
  await untilLeft(watcher.client, ann.id);
});

it('a character selected on both nodes at once ends up with one connection', async () => {
  const { player, client, id } = await playNewCharacter(west);
  const nodes = [west, east, west, east];
  const clients = await Promise.all(nodes.map((node) => connect(node.url, player.accessToken)));
  await Promise.all(clients.map((candidate) => select(candidate, id)));
  let seq = 0;
  const acceptedSteps = async (): Promise<number> => {
    const answers = await Promise.all([client, ...clients].map((candidate) => step(candidate, ++seq, 100)));
    return answers.filter(({ success }) => success).length;
  };
  await waitUntil(async () => (await acceptedSteps()) === 1, 'one connection has the character');
  expect(await acceptedSteps()).toBe(1);
});

it('a deleted character leaves the world on the node that plays it', async () => {
  const watcher = await playNewCharacter(west);
  const { player, client, id } = await playNewCharacter(east);
  await callApi(west.url, 'DELETE', `/api/characters/${id}`, { token: player.accessToken });
  expect(await client.waitForEvent('character:released')).toEqual({ characterId: id, reason: 'deleted' });
  await untilLeft(watcher.client, id);
});

it('a player whose node is killed can continue at once on another node', async () => {
  const watcher = await playNewCharacter(west);
  const doomed = await startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  const { player, client, id } = await playNewCharacter(doomed);
  await step(client, 1, 105.5);
  const isPositionStored = async (): Promise<boolean> => {
    const { body } = await callApi(west.url, 'GET', `/api/characters/${id}`, { token: player.accessToken });
    return body['x'] === 105.5;
  };
  await waitUntil(isPositionStored, 'the position is stored');
  doomed.kill('SIGKILL');
  await doomed.exited;
  const reconnected = await connect(west.url, player.accessToken);
  expect(await select(reconnected, id)).toMatchObject({ success: true, character: { x: 105.5 } });
  expect((await zonePlayers(reconnected)).filter((entity) => entity.id === id)).toHaveLength(1);
  await step(reconnected, 1, 105.75);
  await untilMoved(watcher.client, id, 105.75);
  reconnected.close();
  await untilLeft(watcher.client, id);
});

it('a character that was announced as left while its node was cut off is announced again', async () => {
  const watcher = await playNewCharacter(east);
  const ann = await playNewCharacter(west);
  await untilJoined(watcher.client, ann.id);
  watcher.client.clearReceived();
  await east.app.get(ZonePositions).evict('starting_village', ann.id);
  await step(ann.client, 1, 100.5);
  await watcher.client.waitForEvent('zone:player_joined', ({ player }) => player.id === ann.id && player.x === 100.5);
});

/** Enters a character into a zone with a later stay number, as the other node would. */
async function enterWithNewerOwner(id: string, zone: string): Promise<void> {
  const view = { id, name: 'Ann', class: 'ranger', level: 1, x: 1, y: 1, facing: 0 } as const;
  const occupant = { id, stay: Number.MAX_SAFE_INTEGER, publicView: () => view };
  await east.app.get(ZonePositions).enter(zone, [occupant]);
}

it('a node releases a character of whose takeover by another node it was not notified', async () => {
  const ann = await playNewCharacter(west);
  await enterWithNewerOwner(ann.id, 'starting_village');
  await step(ann.client, 1, 100.5);
  expect(await ann.client.waitForEvent('character:released')).toEqual({ characterId: ann.id, reason: 'taken_over' });
  expect(await step(ann.client, 2, 100.5)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
});

it('a character that enters a zone where a later stay exists is released, and stays in no zone', async () => {
  const watcher = await playNewCharacter(east);
  const ann = await playNewCharacter(west);
  await untilJoined(watcher.client, ann.id);
  await enterWithNewerOwner(ann.id, 'harbor');
  expect(await ann.client.send('zone:enter', { exitId: 'waystone' })).toMatchObject({ error: { code: 'CONFLICT' } });
  expect(await ann.client.waitForEvent('character:released')).toEqual({ characterId: ann.id, reason: 'taken_over' });
  await untilLeft(watcher.client, ann.id);
  await watcher.client.roundTrip();
  const joins = watcher.client.eventsNamed('zone:player_joined').filter(({ player }) => player.id === ann.id);
  expect(joins).toHaveLength(1);
  expect(await west.app.get(ZonePositions).has('starting_village', ann.id)).toBe(false);
});

it('selecting a character with a later stay is refused, without an announcement in the zone', async () => {
  const watcher = await playNewCharacter(east);
  const player = await playAsGuest(west.url);
  const { id } = await createCharacter(west.url, player);
  const client = await connect(west.url, player.accessToken);
  await enterWithNewerOwner(id, 'starting_village');
  expect(await select(client, id)).toMatchObject({ error: { code: 'CONFLICT' } });
  expect(await step(client, 1, 100.5)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
  await watcher.client.roundTrip();
  expect(watcher.client.eventsNamed('zone:player_joined').filter((joined) => joined.player.id === id)).toEqual([]);
  await west.app.get(ZonePositions).evict('starting_village', id);
});

it('each node continues during an outage of Redis, and their zones merge once it is back empty', async () => {
  const [ann, bob] = [await playNewCharacter(west), await playNewCharacter(west)];
  const eve = await playNewCharacter(east);
  await redis.stop();
  await waitUntil(() => west.app.get(RedisService).state === 'down', 'the node notices');
  expect(await step(ann.client, 1, 101)).toMatchObject({ accepted: true });
  await untilMoved(bob.client, ann.id, 101);
  const late = await playNewCharacter(west);
  expect((await zonePlayers(late.client)).map(({ id }) => id)).toEqual(
    expect.arrayContaining([ann.id, bob.id, late.id]),
  );
  await untilJoined(ann.client, late.id);
  bob.client.close();
  await untilLeft(ann.client, bob.id);

  await redis.restart();
  const positions = east.app.get(ZonePositions);
  const knownIds = async (): Promise<string[]> =>
    (await positions.snapshot('starting_village').catch(() => [])).map(({ id }) => id);
  await waitUntil(async () => {
    const ids = await knownIds();
    return [ann, late, eve].every(({ id }) => ids.includes(id));
  }, 'all characters are stored again');
  expect(await knownIds()).not.toContain(bob.id);
}, 60_000);
