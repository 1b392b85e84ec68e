/** After a drop the character stays in the world for a grace period; its player can resume on either node, unnoticed. */
import { RealtimeService } from '../../apps/server/src/realtime';
import type { RunningServer } from '../../apps/server/src/server';
import {
  closeClients,
  connect,
  createCharacter,
  playAsGuest,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { callApi } from '../support/clients/http';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { type RedisServer, startRedis } from '../support/redis/redis-server';
import { startTestServer } from '../support/servers/server';
import {
  announcementsOf,
  type PlayingClient,
  select,
  step,
  untilJoined,
  untilLeft,
  untilMoved,
} from '../support/zones/playing-clients';

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
  gate = await Gate.inFrontOf(west.url);
  await gate.open();
});
afterEach(async () => {
  closeClients();
  await gate.close();
});
afterAll(async () => {
  await Promise.all([west.close(), east.close()]);
  await Promise.all([redis.stop(), database.drop()]);
});

async function play(url: string, reconnection = false): Promise<PlayingClient> {
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

/** A player behind the gate that has made a step, and clients on both nodes that see it. */
async function enterWithWatchers({ reconnection = false } = {}): Promise<{
  ann: PlayingClient;
  watchers: TestClient[];
}> {
  const watchers = [(await play(west.url)).client, (await play(east.url)).client];
  const ann = await play(gate.url, reconnection);
  for (const watcher of watchers) await untilJoined(watcher, ann.id);
  expect(await step(ann.client, 1, 103.5)).toMatchObject({ accepted: true });
  for (const watcher of watchers) watcher.clearReceived();
  return { ann, watchers };
}

/** Resolves once the server has noticed the drop. */
async function cutConnection({ player }: PlayingClient): Promise<void> {
  gate.resetConnections();
  const sockets = () => west.app.get(RealtimeService).getUserSockets(player.id);
  await waitUntil(async () => (await sockets()).length === 0, 'the server notices the drop');
}

async function expectUnnoticed(watchers: TestClient[], { id }: PlayingClient): Promise<void> {
  for (const watcher of watchers) {
    await watcher.roundTrip();
    expect(announcementsOf(watcher, id)).toEqual([]);
  }
}

it('a dropped character stays in the world as a visible target, and leaves after the grace period', async () => {
  const { ann, watchers } = await enterWithWatchers();
  const population = () => east.app.get(RealtimeService).getZonePopulation('starting_village');
  const before = await population();
  await cutConnection(ann);
  const late = await play(east.url);
  expect((await late.client.waitForEvent('zone:state')).players.map(({ id }) => id)).toContain(ann.id);
  expect(await population()).toBe(before + 1);
  expect(await late.client.send('character:action', { action: 'wave_at', targetId: ann.id })).toMatchObject({
    success: true,
  });
  for (const watcher of watchers) expect(announcementsOf(watcher, ann.id)).toEqual([]);

  for (const watcher of [...watchers, late.client]) await untilLeft(watcher, ann.id, 19_000);
  await waitUntil(async () => (await population()) === before, 'the character is no longer counted');
  for (const watcher of watchers) expect(announcementsOf(watcher, ann.id)).toEqual(['zone:player_left']);
  const { body } = await callApi(east.url, 'GET', `/api/characters/${ann.id}`, { token: ann.player.accessToken });
  expect(body).toMatchObject({ x: 103.5 });
});

describe.each([
  ['the same node', () => west],
  ['the other node', () => east],
])('its player reconnects on %s', (_, node) => {
  it('resumes the session and continues; no watcher sees it leave or enter', async () => {
    const { ann, watchers } = await enterWithWatchers({ reconnection: true });
    gate.redirectTo(node().url);
    ann.client.clearReceived();
    gate.resetConnections();
    const { players } = await ann.client.waitForEvent('zone:state');
    expect(ann.client.socket.recovered).toBe(true);
    expect(players).toContainEqual(expect.objectContaining({ id: ann.id, x: 103.5 }));
    expect(await step(ann.client, 1, 103.75)).toMatchObject({ accepted: true });
    for (const watcher of watchers) await untilMoved(watcher, ann.id, 103.75);
    await expectUnnoticed(watchers, ann);
    // The resumed session has no grace period left over: after an orderly close the character leaves at once.
    ann.client.close();
    for (const watcher of watchers) await untilLeft(watcher, ann.id, 9_000);
  });

  it('selects the character again in a new session; no watcher sees it leave or enter', async () => {
    const { ann, watchers } = await enterWithWatchers();
    await ann.client.send('character:status', { status: 'resting' });
    await cutConnection(ann);
    const reconnected = await connect(node().url, ann.player.accessToken);
    expect(await select(reconnected, ann.id)).toMatchObject({ success: true, character: { x: 103.5 } });
    const { players } = await reconnected.waitForEvent('zone:state');
    expect(players.filter(({ id }) => id === ann.id)).toMatchObject([{ status: 'resting' }]);
    expect(await step(reconnected, 1, 103.25)).toMatchObject({ accepted: true });
    for (const watcher of watchers) await untilMoved(watcher, ann.id, 103.25);
    await expectUnnoticed(watchers, ann);
  });
});

it('a dropped character cannot be selected by another user', async () => {
  const { ann, watchers } = await enterWithWatchers();
  await cutConnection(ann);
  const thief = await playAsGuest(east.url);
  const stranger = await connect(west.url, thief.accessToken);
  expect(await select(stranger, ann.id)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await step(stranger, 2, 103.5)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
  await expectUnnoticed(watchers, ann);
});

it('a character leaves at once when its player is kicked, or deletes it', async () => {
  const { ann, watchers } = await enterWithWatchers();
  west.app.get(RealtimeService).disconnectUser(ann.player.id, { code: 'KICKED', message: 'go' });
  for (const watcher of watchers) await untilLeft(watcher, ann.id, 9_000);

  const second = await enterWithWatchers();
  await cutConnection(second.ann);
  await callApi(east.url, 'DELETE', `/api/characters/${second.ann.id}`, { token: second.ann.player.accessToken });
  for (const watcher of second.watchers) await untilLeft(watcher, second.ann.id, 9_000);
});

it('a dropped character leaves with its node when that shuts down', async () => {
  const south = await startNode();
  const watcher = await play(east.url);
  gate.redirectTo(south.url);
  const ann = await play(gate.url);
  await untilJoined(watcher.client, ann.id);
  gate.resetConnections();
  await south.close();
  await untilLeft(watcher.client, ann.id, 9_000);
  expect(announcementsOf(watcher.client, ann.id)).toEqual(['zone:player_joined', 'zone:player_left']);
});
