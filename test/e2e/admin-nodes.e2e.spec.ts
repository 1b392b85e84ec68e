/** Administration of a cluster: one node is asked, all of them are seen and act. */
import { closeClients, connect, createCharacter, type Player, registerAdmin, registerPlayer } from '../support/client';
import { call } from '../support/http';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

let database: TestDatabase;
let redis: RedisServer;
let west: ServerProcess;
let east: ServerProcess;
let boss: Player;

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  const shared = { DATABASE_URL: database.url, REDIS_URL: redis.url, ADMIN_USERS: 'boss' };
  [west, east] = await Promise.all([
    startServerProcess({ ...shared, NODE_ID: 'west' }),
    startServerProcess({ ...shared, NODE_ID: 'east' }),
  ]);
  boss = await registerAdmin(west.url);
}, 60_000);
afterEach(closeClients);
afterAll(async () => {
  await stopServerProcesses();
  await Promise.all([redis.stop(), database.drop()]);
});

const post = (path: string, body: object = {}) =>
  call(west.url, 'POST', `/api/admin/${path}`, { token: boss.accessToken, body });
const nodes = async (): Promise<unknown> =>
  (await call(west.url, 'GET', '/api/admin/overview', { token: boss.accessToken })).body['nodes'];

it('a ban ends connections on the other node', async () => {
  const anna = await registerPlayer(east.url);
  const client = await connect(east.url, anna.accessToken);
  expect((await post(`users/${anna.id}/ban`, { reason: 'spam' })).status).toBe(204);
  expect(await client.event('system:disconnected')).toMatchObject({ code: 'ACCOUNT_DISABLED', reconnect: false });
  await expect(connect(east.url, anna.accessToken)).rejects.toMatchObject({ data: { code: 'ACCOUNT_DISABLED' } });
});

it('an announcement to a zone or a user reaches the other node', async () => {
  const anna = await registerPlayer(east.url);
  const client = await connect(east.url, anna.accessToken);
  await client.send('character:select', { characterId: (await createCharacter(east.url, anna)).id });
  for (const target of [
    { target: 'zone', id: 'starting_village' },
    { target: 'user', id: anna.id },
    { target: 'all' },
  ]) {
    const { body } = await post('broadcasts', { ...target, message: 'hello', level: 'info' });
    expect(await client.event('system:announcement', ({ id }) => id === body['id'])).toEqual(body);
  }
});

it('the overview hears of all nodes, and names one that does not answer', async () => {
  const anna = await registerPlayer(east.url);
  await connect(east.url, anna.accessToken);
  expect(await nodes()).toMatchObject([
    { nodeId: 'east', answered: true, connections: 1, users: 1, rooms: { user: 1 }, uptimeSeconds: expect.any(Number) },
    { nodeId: 'west', answered: true, connections: 0, users: 0, rooms: {} },
  ]);
  east.kill('SIGSTOP');
  expect(await nodes()).toMatchObject([
    { nodeId: 'east', answered: false },
    { nodeId: 'west', answered: true },
  ]);
  east.kill('SIGCONT');
});
