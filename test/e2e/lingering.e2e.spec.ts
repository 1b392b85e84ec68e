/** After a drop a character stays where it is for a while, and goes on unseen when its player comes back, on either node. */
import type { RunningServer } from '../../apps/server/src/server';
import { RealtimeService } from '@aeturnis/realtime';
import {
  closeClients,
  connect,
  createCharacter,
  type Guest,
  playAsGuest,
  type TestClient,
  until,
} from '../support/client';
import { Gate } from '../support/gate';
import { call } from '../support/http';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { startTestServer } from '../support/server';

jest.setTimeout(60_000);

let database: TestDatabase;
let redis: RedisServer;
let west: RunningServer;
let east: RunningServer;
let gate: Gate;

const startNode = (): Promise<RunningServer> => startTestServer({ DATABASE_URL: database.url, REDIS_URL: redis.url });

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  [west, east] = [await startNode(), await startNode()];
});
beforeEach(async () => {
  gate = await Gate.before(west.url);
  await gate.open();
});
afterEach(async () => {
  closeClients();
  await gate.shut();
});
afterAll(async () => {
  await Promise.all([west.close(), east.close()]);
  await Promise.all([redis.stop(), database.drop()]);
});

interface Played {
  player: Guest;
  client: TestClient;
  id: string;
}

const select = (client: TestClient, characterId: string) => client.send('character:select', { characterId });
const step = (client: TestClient, seq: number, x: number) => client.send('character:move', { seq, x, y: 100 });
const left = (client: TestClient, id: string, withinMs?: number) =>
  client.event('zone:player_left', (gone) => gone.id === id, withinMs);
const moved = (client: TestClient, id: string, x: number) =>
  client.event('zone:moves', ({ moves }) => moves.some(([who, where]) => who === id && where === x));

async function play(url: string, reconnection = false): Promise<Played> {
  const player = await playAsGuest(east.url);
  const { id } = await createCharacter(east.url, player);
  const client = await connect(url, player.accessToken, {
    reconnection,
    reconnectionDelay: 100,
    reconnectionDelayMax: 300,
  });
  expect(await select(client, id)).toMatchObject({ success: true });
  return { player, client, id };
}

/** One behind the gate who has walked a step, and watchers on both nodes who see it. */
async function scene({ reconnection = false } = {}): Promise<{ ann: Played; watchers: TestClient[] }> {
  const watchers = [(await play(west.url)).client, (await play(east.url)).client];
  const ann = await play(gate.url, reconnection);
  for (const watcher of watchers) await watcher.event('zone:player_joined', ({ player }) => player.id === ann.id);
  expect(await step(ann.client, 1, 103.5)).toMatchObject({ accepted: true });
  for (const watcher of watchers) watcher.forget();
  return { ann, watchers };
}

/** The server has noticed by the time this settles. */
async function drop({ player }: Played): Promise<void> {
  gate.cut();
  const sockets = () => west.app.get(RealtimeService).getUserSockets(player.id);
  await until(async () => (await sockets()).length === 0, 'the server has noticed');
}

async function expectUnseen(watchers: TestClient[]): Promise<void> {
  for (const watcher of watchers) {
    await watcher.settled();
    expect([...watcher.all('zone:player_left'), ...watcher.all('zone:player_joined')]).toEqual([]);
  }
}

it('stays in the world, is seen there and can be met, and leaves by itself when nobody comes', async () => {
  const { ann, watchers } = await scene();
  const population = () => east.app.get(RealtimeService).getZonePopulation('starting_village');
  const before = await population();
  await drop(ann);
  const late = await play(east.url);
  expect((await late.client.event('zone:state')).players.map(({ id }) => id)).toContain(ann.id);
  expect(await population()).toBe(before + 1);
  expect(await late.client.send('character:action', { action: 'wave_at', targetId: ann.id })).toMatchObject({
    success: true,
  });
  for (const watcher of watchers) expect(watcher.all('zone:player_left')).toEqual([]);

  for (const watcher of [...watchers, late.client]) await left(watcher, ann.id, 19_000);
  await until(async () => (await population()) === before, 'it counts no more');
  for (const watcher of watchers) expect(watcher.all('zone:player_left')).toHaveLength(1);
  const { body } = await call(east.url, 'GET', `/api/characters/${ann.id}`, { token: ann.player.accessToken });
  expect(body).toMatchObject({ x: 103.5 });
});

describe.each([
  ['the same node', () => west],
  ['the other node', () => east],
])('its player comes back on %s', (_, node) => {
  it('with the session, and goes on; nobody has seen a thing', async () => {
    const { ann, watchers } = await scene({ reconnection: true });
    gate.lead(node().url);
    ann.client.forget();
    gate.cut();
    const { players } = await ann.client.event('zone:state');
    expect(ann.client.socket.recovered).toBe(true);
    expect(players).toContainEqual(expect.objectContaining({ id: ann.id, x: 103.5 }));
    expect(await step(ann.client, 1, 103.75)).toMatchObject({ accepted: true });
    for (const watcher of watchers) await moved(watcher, ann.id, 103.75);
    await expectUnseen(watchers);
    // It lingers no more: this time it leaves at once.
    ann.client.close();
    for (const watcher of watchers) await left(watcher, ann.id, 9_000);
  });

  it('afresh, and selects it again; nobody has seen a thing', async () => {
    const { ann, watchers } = await scene();
    await ann.client.send('character:status', { status: 'resting' });
    await drop(ann);
    const again = await connect(node().url, ann.player.accessToken);
    expect(await select(again, ann.id)).toMatchObject({ success: true, character: { x: 103.5 } });
    const { players } = await again.event('zone:state');
    expect(players.filter(({ id }) => id === ann.id)).toMatchObject([{ status: 'resting' }]);
    expect(await step(again, 1, 103.25)).toMatchObject({ accepted: true });
    for (const watcher of watchers) await moved(watcher, ann.id, 103.25);
    await expectUnseen(watchers);
  });
});

it("is nobody else's to take up", async () => {
  const { ann, watchers } = await scene();
  await drop(ann);
  const thief = await playAsGuest(east.url);
  const stranger = await connect(west.url, thief.accessToken);
  expect(await select(stranger, ann.id)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await step(stranger, 2, 103.5)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
  await expectUnseen(watchers);
});

it('leaves at once where its player is sent away for good, or deletes it', async () => {
  const { ann, watchers } = await scene();
  west.app.get(RealtimeService).disconnectUser(ann.player.id, { code: 'KICKED', message: 'go' });
  for (const watcher of watchers) await left(watcher, ann.id, 9_000);

  const ben = await scene();
  await drop(ben.ann);
  await call(east.url, 'DELETE', `/api/characters/${ben.ann.id}`, { token: ben.ann.player.accessToken });
  for (const watcher of ben.watchers) await left(watcher, ben.ann.id, 9_000);
});

it('leaves with the node it lingers on, when that goes away', async () => {
  const south = await startNode();
  const watcher = await play(east.url);
  gate.lead(south.url);
  const ann = await play(gate.url);
  await watcher.client.event('zone:player_joined', ({ player }) => player.id === ann.id);
  gate.cut();
  await south.close();
  await left(watcher.client, ann.id, 9_000);
  expect(watcher.client.all('zone:player_left').filter(({ id }) => id === ann.id)).toHaveLength(1);
});
