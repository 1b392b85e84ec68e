/** Two server processes on one Redis and one PostgreSQL behave as one server, also when one of them is killed. */
import {
  closeClients,
  connect,
  createCharacter,
  type Player,
  registerPlayer,
  type TestClient,
  until,
} from '../support/client';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

let database: TestDatabase;
let redis: RedisServer;
let west: ServerProcess;
let east: ServerProcess;

const startNode = (): Promise<ServerProcess> =>
  startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  [west, east] = await Promise.all([startNode(), startNode()]);
}, 60_000);
afterEach(closeClients);
afterAll(async () => {
  await stopServerProcesses();
  await Promise.all([redis.stop(), database.drop()]);
});

const join = async (node: ServerProcess, name?: string): Promise<{ player: Player; client: TestClient }> => {
  const player = await registerPlayer(node.url, name);
  return { player, client: await connect(node.url, player.accessToken) };
};

const play = async (
  node: ServerProcess,
): Promise<{ player: Player; client: TestClient; character: { id: string; name: string } }> => {
  const { player, client } = await join(node);
  const character = await createCharacter(node.url, player);
  await client.send('character:select', { characterId: character.id });
  return { player, client, character };
};

describe('across nodes', () => {
  it('global chat reaches everybody', async () => {
    const [anna, ben] = await Promise.all([join(west), join(east)]);
    await anna.client.send('chat:message', { channel: 'global', text: 'over the hills' });
    expect(await ben.client.event('chat:message', ({ text }) => text === 'over the hills')).toMatchObject({
      from: { userId: anna.player.id },
    });
  });

  it('whispers reach all tabs of the receiver and nobody else', async () => {
    const [anna, ben, cleo] = await Promise.all([join(west), join(east), join(east)]);
    const tab = await connect(west.url, ben.player.accessToken);
    await anna.client.send('chat:whisper', { toUserId: ben.player.id, text: 'only you' });
    await Promise.all(
      [ben.client, tab, anna.client].map((client) => client.event('chat:whisper', ({ text }) => text === 'only you')),
    );
    await cleo.client.settled();
    expect(cleo.client.all('chat:whisper')).toEqual([]);
  });

  it('players of a zone see each other appear, move and leave', async () => {
    const anna = await play(west);
    const ben = await play(east);
    await anna.client.event('zone:player_joined', ({ player }) => player.id === ben.character.id);
    const seen = ben.client.all('zone:state')[0]?.players.map(({ id }) => id);
    expect(seen).toEqual(expect.arrayContaining([anna.character.id, ben.character.id]));
    const spot = ben.client.all('zone:state')[0]?.players.find(({ id }) => id === ben.character.id);
    ben.client.socket.emit('character:move', { seq: 1, x: (spot?.x ?? 0) + 0.2, y: spot?.y ?? 0 });
    await anna.client.event('zone:moves', ({ moves }) => moves.some(([id]) => id === ben.character.id));
    ben.client.close();
    await anna.client.event('zone:player_left', ({ id }) => id === ben.character.id);
  });

  it('a character selected on the other node is taken over', async () => {
    const anna = await play(west);
    const again = await connect(east.url, anna.player.accessToken);
    expect(await again.send('character:select', { characterId: anna.character.id })).toMatchObject({ success: true });
    expect(await anna.client.event('character:released')).toMatchObject({ characterId: anna.character.id });
  });

  it('a user with a tab on each node stays online when one closes, and is told offline once when both are gone', async () => {
    const [anna, watcher] = await Promise.all([join(west), join(east)]);
    const tab = await connect(east.url, anna.player.accessToken);
    await watcher.client.send('presence:subscribe', { userIds: [anna.player.id] });
    anna.client.close();
    await until(async () => {
      const rooms = await fetch(`${west.url}/metrics/sockets`);
      return ((await rooms.json()) as { connections: { total: number } }).connections.total === 0;
    }, 'the first tab is gone');
    tab.close();
    await watcher.client.event('player:offline', ({ userId }) => userId === anna.player.id);
    expect(watcher.client.all('player:offline')).toHaveLength(1);
    expect(await watcher.client.send('presence:get', { userIds: [anna.player.id] })).toMatchObject({
      users: [{ online: false }],
    });
  });

  it('a logout on one node ends the connections of that login on the other, at once', async () => {
    const { player, client } = await join(east);
    const ended = new Promise((resolve) => client.socket.once('disconnect', resolve));
    await fetch(`${west.url}/api/auth/logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${player.accessToken}` },
      body: JSON.stringify({ refreshToken: player.refreshToken }),
    });
    expect(await client.event('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT', reconnect: false });
    expect(await ended).toBe('io server disconnect');
    await expect(connect(west.url, player.accessToken)).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  });
});

describe('a killed node', () => {
  it('has its users offline for the others within 15 s, told once each, and their characters gone', async () => {
    const doomed = await startNode();
    const watcher = await play(west);
    const victims = [await play(doomed), await play(doomed)];
    const ids = victims.map(({ player }) => player.id);
    await watcher.client.send('presence:subscribe', { userIds: ids });
    watcher.client.forget();
    doomed.kill('SIGKILL');
    const bound = 15_000;
    await Promise.all(ids.map((id) => watcher.client.event('player:offline', ({ userId }) => userId === id, bound)));
    await Promise.all(
      victims.map(({ character }) => watcher.client.event('zone:player_left', ({ id }) => id === character.id, bound)),
    );
    const { users } = (await watcher.client.send('presence:get', { userIds: ids })) as unknown as {
      users: { online: boolean }[];
    };
    expect(users.map(({ online }) => online)).toEqual([false, false]);
    expect(watcher.client.all('player:offline')).toHaveLength(2);
    expect(watcher.client.all('zone:player_left')).toHaveLength(2);
  }, 40_000);
});
