/** Two server processes on one Redis and one PostgreSQL behave as one server, also when one of them is killed. */
import {
  closeClients,
  connect,
  createCharacter,
  type Player,
  registerPlayer,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import type { ServerProcess } from '../support/servers/server';
import { useNodeCluster } from '../support/servers/node-cluster';

const cluster = useNodeCluster();
let west: ServerProcess;
let east: ServerProcess;

beforeAll(async () => {
  [west, east] = await Promise.all([cluster.startProcess(), cluster.startProcess()]);
}, 60_000);
afterEach(closeClients);

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
  it('global chat reaches the users of every node', async () => {
    const [anna, ben] = await Promise.all([join(west), join(east)]);
    await anna.client.send('chat:message', { channel: 'global', text: 'over the hills' });
    expect(await ben.client.waitForEvent('chat:message', ({ text }) => text === 'over the hills')).toMatchObject({
      from: { userId: anna.player.id },
    });
  });

  it('whispers reach all tabs of the recipient and no other user', async () => {
    const [anna, ben, cleo] = await Promise.all([join(west), join(east), join(east)]);
    const tab = await connect(west.url, ben.player.accessToken);
    await anna.client.send('chat:whisper', { toUserId: ben.player.id, text: 'only you' });
    await Promise.all(
      [ben.client, tab, anna.client].map((client) =>
        client.waitForEvent('chat:whisper', ({ text }) => text === 'only you'),
      ),
    );
    await cleo.client.roundTrip();
    expect(cleo.client.eventsNamed('chat:whisper')).toEqual([]);
  });

  it('players of a zone see each other appear, move and leave', async () => {
    const anna = await play(west);
    const ben = await play(east);
    await anna.client.waitForEvent('zone:player_joined', ({ player }) => player.id === ben.character.id);
    const seen = ben.client.eventsNamed('zone:state')[0]?.players.map(({ id }) => id);
    expect(seen).toEqual(expect.arrayContaining([anna.character.id, ben.character.id]));
    const spot = ben.client.eventsNamed('zone:state')[0]?.players.find(({ id }) => id === ben.character.id);
    ben.client.socket.emit('character:move', { seq: 1, x: (spot?.x ?? 0) + 0.2, y: spot?.y ?? 0 });
    await anna.client.waitForEvent('zone:moves', ({ moves }) => moves.some(([id]) => id === ben.character.id));
    ben.client.close();
    await anna.client.waitForEvent('zone:player_left', ({ id }) => id === ben.character.id);
  });

  it('a character selected on the other node is taken over', async () => {
    const anna = await play(west);
    const second = await connect(east.url, anna.player.accessToken);
    expect(await second.send('character:select', { characterId: anna.character.id })).toMatchObject({ success: true });
    expect(await anna.client.waitForEvent('character:released')).toMatchObject({ characterId: anna.character.id });
  });

  it('a user with a tab on each node goes offline once, after the last tab closes', async () => {
    const [anna, watcher] = await Promise.all([join(west), join(east)]);
    const tab = await connect(east.url, anna.player.accessToken);
    await watcher.client.send('presence:subscribe', { userIds: [anna.player.id] });
    anna.client.close();
    await waitUntil(async () => {
      const rooms = await fetch(`${west.url}/metrics/sockets`);
      return ((await rooms.json()) as { connections: { total: number } }).connections.total === 0;
    }, 'the first tab is disconnected');
    tab.close();
    await watcher.client.waitForEvent('player:offline', ({ userId }) => userId === anna.player.id);
    expect(watcher.client.eventsNamed('player:offline')).toHaveLength(1);
    expect(await watcher.client.send('presence:get', { userIds: [anna.player.id] })).toMatchObject({
      users: [{ online: false }],
    });
  });

  it('a logout on one node closes the connections of its session on the other at once', async () => {
    const { player, client } = await join(east);
    const ended = new Promise((resolve) => client.socket.once('disconnect', resolve));
    await fetch(`${west.url}/api/auth/logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${player.accessToken}` },
      body: JSON.stringify({ refreshToken: player.refreshToken }),
    });
    expect(await client.waitForEvent('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT', reconnect: false });
    expect(await ended).toBe('io server disconnect');
    await expect(connect(west.url, player.accessToken)).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  });
});

describe('a killed node', () => {
  it('has its users announced offline once within 15 s, and their characters removed', async () => {
    const doomed = await cluster.startProcess();
    const watcher = await play(west);
    const victims = [await play(doomed), await play(doomed)];
    const ids = victims.map(({ player }) => player.id);
    await watcher.client.send('presence:subscribe', { userIds: ids });
    watcher.client.clearReceived();
    doomed.kill('SIGKILL');
    const bound = 15_000;
    await Promise.all(
      ids.map((id) => watcher.client.waitForEvent('player:offline', ({ userId }) => userId === id, bound)),
    );
    await Promise.all(
      victims.map(({ character }) =>
        watcher.client.waitForEvent('zone:player_left', ({ id }) => id === character.id, bound),
      ),
    );
    const { users } = (await watcher.client.send('presence:get', { userIds: ids })) as unknown as {
      users: { online: boolean }[];
    };
    expect(users.map(({ online }) => online)).toEqual([false, false]);
    expect(watcher.client.eventsNamed('player:offline')).toHaveLength(2);
    expect(watcher.client.eventsNamed('zone:player_left')).toHaveLength(2);
  }, 40_000);
});
