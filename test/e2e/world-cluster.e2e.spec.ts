/** The world over two nodes: what players see, and a character that changes the node it is played on. */
import { RedisService } from '@aeturnis/platform';
import type { RunningServer } from '../../apps/server/src/server';
import { ZonePositions } from '../../apps/server/src/world/zone-positions';
import {
  closeClients,
  connect,
  createCharacter,
  type Player,
  registerPlayer,
  type TestClient,
  until,
} from '../support/client';
import { call } from '../support/http';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { startServerProcess, startTestServer, stopServerProcesses } from '../support/server';

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

interface Played {
  player: Player;
  client: TestClient;
  id: string;
}

const select = (client: TestClient, characterId: string) => client.send('character:select', { characterId });
const step = (client: TestClient, seq: number, x: number) => client.send('character:move', { seq, x, y: 100 });
const moved = (client: TestClient, id: string, x: number) =>
  client.event('zone:moves', ({ moves }) => moves.some(([who, where]) => who === id && where === x));
const left = (client: TestClient, id: string) => client.event('zone:player_left', (gone) => gone.id === id);
const shown = async (client: TestClient) => (await client.event('zone:state')).players;

async function play(node: RunningServer): Promise<Played> {
  const player = await registerPlayer(node.url);
  const { id } = await createCharacter(node.url, player);
  const client = await connect(node.url, player.accessToken);
  expect(await select(client, id)).toMatchObject({ success: true });
  return { player, client, id };
}

it('lets a newcomer know where players of the other node stand, by the first picture or the next batch', async () => {
  const ann = await play(west);
  await step(ann.client, 1, 103.5);
  const bob = await play(east);
  const [first] = (await shown(bob.client)).filter(({ id }) => id === ann.id);
  expect(first).toBeDefined();
  if (first?.x !== 103.5) await moved(bob.client, ann.id, 103.5);
});

it('tells who comes and who goes once, on both nodes', async () => {
  const [ann, bob] = [await play(west), await play(east)];
  const cid = await play(east);
  for (const { client } of [ann, bob]) await client.event('zone:player_joined', ({ player }) => player.id === cid.id);
  cid.client.close();
  for (const { client } of [ann, bob]) await left(client, cid.id);
  expect((await shown((await play(west)).client)).map(({ id }) => id)).not.toContain(cid.id);
  for (const { client } of [ann, bob]) {
    const about = <T extends { id: string }>(each: T) => each.id === cid.id;
    expect(
      client
        .all('zone:player_joined')
        .map(({ player }) => player)
        .filter(about),
    ).toHaveLength(1);
    expect(client.all('zone:player_left').filter(about)).toHaveLength(1);
  }
});

it('lets a character go on, on the other node, from exactly where it stood, and nobody sees a difference', async () => {
  const watcher = await play(west);
  const ann = await play(west);
  await watcher.client.event('zone:player_joined', ({ player }) => player.id === ann.id);
  await step(ann.client, 5, 104.25);
  watcher.client.forget();
  const again = await connect(east.url, ann.player.accessToken);
  expect(await select(again, ann.id)).toMatchObject({ success: true, character: { x: 104.25 } });
  expect(await ann.client.event('character:released')).toEqual({ characterId: ann.id, reason: 'taken_over' });
  expect(await step(ann.client, 6, 104.5)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
  expect(await step(again, 1, 104.75)).toMatchObject({ accepted: true });
  await moved(watcher.client, ann.id, 104.75);
  ann.client.close();
  expect(await step(again, 2, 105)).toMatchObject({ accepted: true });
  await moved(watcher.client, ann.id, 105);
  expect(watcher.client.all('zone:player_left')).toEqual([]);
  expect(watcher.client.all('zone:player_joined')).toEqual([]);
  again.close();
  await left(watcher.client, ann.id);
});

it('leaves one connection with a character that is selected on both nodes at once', async () => {
  const { player, client, id } = await play(west);
  const nodes = [west, east, west, east];
  const clients = await Promise.all(nodes.map((node) => connect(node.url, player.accessToken)));
  await Promise.all(clients.map((each) => select(each, id)));
  let seq = 0;
  const holders = async (): Promise<number> => {
    const answers = await Promise.all([client, ...clients].map((each) => step(each, ++seq, 100)));
    return answers.filter(({ success }) => success).length;
  };
  await until(async () => (await holders()) === 1, 'one connection holds it');
  expect(await holders()).toBe(1);
});

it('takes a deleted character out of the world on the node where it is played', async () => {
  const watcher = await play(west);
  const { player, client, id } = await play(east);
  await fetch(`${west.url}/api/characters/${id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${player.accessToken}` },
  });
  expect(await client.event('character:released')).toEqual({ characterId: id, reason: 'deleted' });
  await left(watcher.client, id);
});

it('lets a player go on at once on another node when theirs is killed', async () => {
  const watcher = await play(west);
  const doomed = await startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  const player = await registerPlayer(doomed.url);
  const { id } = await createCharacter(doomed.url, player);
  const client = await connect(doomed.url, player.accessToken);
  await select(client, id);
  await step(client, 1, 105.5);
  const kept = async (): Promise<boolean> => {
    const { body } = await call(west.url, 'GET', `/api/characters/${id}`, { token: player.accessToken });
    return body['x'] === 105.5;
  };
  await until(kept, 'the place is written');
  doomed.kill('SIGKILL');
  await doomed.exited;
  const again = await connect(west.url, player.accessToken);
  expect(await select(again, id)).toMatchObject({ success: true, character: { x: 105.5 } });
  expect((await shown(again)).filter((each) => each.id === id)).toHaveLength(1);
  await step(again, 1, 105.75);
  await moved(watcher.client, id, 105.75);
  again.close();
  await left(watcher.client, id);
});

it('shows a character again that others were told had left, while its node was cut off', async () => {
  const watcher = await play(east);
  const ann = await play(west);
  await watcher.client.event('zone:player_joined', ({ player }) => player.id === ann.id);
  watcher.client.forget();
  await east.app.get(ZonePositions).forget('starting_village', ann.id);
  await step(ann.client, 1, 100.5);
  await watcher.client.event('zone:player_joined', ({ player }) => player.id === ann.id && player.x === 100.5);
});

/** Puts a character into a zone, as a later stay on the other node does. */
async function enterLater(id: string, zone: string): Promise<void> {
  const seen = { id, name: 'Ann', class: 'ranger', level: 1, x: 1, y: 1, facing: 0 } as const;
  const later = { id, stay: Number.MAX_SAFE_INTEGER, asSeenByOthers: () => seen };
  await east.app.get(ZonePositions).enter(zone, [later]);
}

it('takes a character from a node that did not hear that another has it', async () => {
  const ann = await play(west);
  await enterLater(ann.id, 'starting_village');
  await step(ann.client, 1, 100.5);
  expect(await ann.client.event('character:released')).toEqual({ characterId: ann.id, reason: 'taken_over' });
  expect(await step(ann.client, 2, 100.5)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
});

it('gives up a character on its way into a zone in which a later stay has it, and puts it nowhere', async () => {
  const watcher = await play(east);
  const ann = await play(west);
  await watcher.client.event('zone:player_joined', ({ player }) => player.id === ann.id);
  await enterLater(ann.id, 'harbor');
  expect(await ann.client.send('zone:enter', { exitId: 'waystone' })).toMatchObject({ error: { code: 'CONFLICT' } });
  expect(await ann.client.event('character:released')).toEqual({ characterId: ann.id, reason: 'taken_over' });
  await left(watcher.client, ann.id);
  await watcher.client.settled();
  const joins = watcher.client.all('zone:player_joined').filter(({ player }) => player.id === ann.id);
  expect(joins).toHaveLength(1);
  expect(await west.app.get(ZonePositions).has('starting_village', ann.id)).toBe(false);
});

it('refuses to select a character that has entered in a later stay, and its zone is told nothing', async () => {
  const watcher = await play(east);
  const player = await registerPlayer(west.url);
  const { id } = await createCharacter(west.url, player);
  const client = await connect(west.url, player.accessToken);
  await enterLater(id, 'starting_village');
  expect(await select(client, id)).toMatchObject({ error: { code: 'CONFLICT' } });
  expect(await step(client, 1, 100.5)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
  await watcher.client.settled();
  expect(watcher.client.all('zone:player_joined').filter((joined) => joined.player.id === id)).toEqual([]);
  await west.app.get(ZonePositions).forget('starting_village', id);
});

it('goes on on each node while Redis is away, and comes together when it is back, empty', async () => {
  const [ann, bob] = [await play(west), await play(west)];
  const eve = await play(east);
  await redis.stop();
  await until(() => west.app.get(RedisService).state === 'down', 'the node notices');
  expect(await step(ann.client, 1, 101)).toMatchObject({ accepted: true });
  await moved(bob.client, ann.id, 101);
  const late = await play(west);
  expect((await shown(late.client)).map(({ id }) => id)).toEqual(expect.arrayContaining([ann.id, bob.id, late.id]));
  await ann.client.event('zone:player_joined', ({ player }) => player.id === late.id);
  bob.client.close();
  await left(ann.client, bob.id);

  await redis.restart();
  const positions = east.app.get(ZonePositions);
  const known = async (): Promise<string[]> =>
    (await positions.snapshot('starting_village').catch(() => [])).map(({ id }) => id);
  await until(async () => {
    const ids = await known();
    return [ann, late, eve].every(({ id }) => ids.includes(id));
  }, 'all are known again');
  expect(await known()).not.toContain(bob.id);
}, 60_000);
