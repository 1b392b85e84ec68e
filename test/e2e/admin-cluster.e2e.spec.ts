/** Administration of a cluster: a request to one node takes effect on all nodes. */
import {
  closeClients,
  connect,
  createCharacter,
  type Player,
  registerAdmin,
  registerPlayer,
} from '../support/clients/client';
import { callApi } from '../support/clients/http';
import type { ServerProcess } from '../support/servers/server';
import { useNodeCluster } from '../support/servers/node-cluster';

const cluster = useNodeCluster({ ADMIN_USERS: 'boss' });
let west: ServerProcess;
let east: ServerProcess;
let boss: Player;

beforeAll(async () => {
  [west, east] = await Promise.all([
    cluster.startProcess({ NODE_ID: 'west' }),
    cluster.startProcess({ NODE_ID: 'east' }),
  ]);
  boss = await registerAdmin(west.url);
}, 60_000);
afterEach(closeClients);

const post = (path: string, body: object = {}) =>
  callApi(west.url, 'POST', `/api/admin/${path}`, { token: boss.accessToken, body });
const nodes = async (): Promise<unknown> =>
  (await callApi(west.url, 'GET', '/api/admin/overview', { token: boss.accessToken })).body['nodes'];

it('a ban ends connections on the other node', async () => {
  const anna = await registerPlayer(east.url);
  const client = await connect(east.url, anna.accessToken);
  expect((await post(`users/${anna.id}/ban`, { reason: 'spam' })).status).toBe(204);
  expect(await client.waitForEvent('system:disconnected')).toMatchObject({
    code: 'ACCOUNT_DISABLED',
    reconnect: false,
  });
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
    expect(await client.waitForEvent('system:announcement', ({ id }) => id === body['id'])).toEqual(body);
  }
});

it('the overview collects all nodes, and names a node that does not answer', async () => {
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
