/** Administration of a cluster: a request to one node takes effect on all nodes. */
import {
  closeClients,
  connect,
  createCharacter,
  type Player,
  registerAdmin,
  registerPlayer,
  waitUntil,
} from '../support/clients/client';
import { callApi, untilNodesAnswer } from '../support/clients/http';
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
const nodes = async (stopped?: string[]): Promise<{ connections: number }[]> => {
  const read = () => callApi(west.url, 'GET', '/api/admin/overview', { token: boss.accessToken });
  return (await untilNodesAnswer(read, stopped)).body['nodes'] as { connections: number }[];
};

it('a ban ends connections on the other node', async () => {
  const anna = await registerPlayer(east.url);
  const client = await connect(east.url, anna.accessToken);
  expect((await post(`users/${anna.id}/ban`, { reason: 'spam' })).status).toBe(204);
  expect(await client.waitForEvent('system:disconnected')).toMatchObject({
    code: 'ACCOUNT_DISABLED',
    message: 'This account is banned: spam',
    reconnect: false,
  });
  await expect(connect(east.url, anna.accessToken)).rejects.toMatchObject({ data: { code: 'ACCOUNT_DISABLED' } });
});

it('the details of a user name the nodes with connections, and a log-out ends those on all nodes', async () => {
  const anna = await registerPlayer(east.url);
  const clients = [
    await connect(east.url, anna.accessToken),
    await connect(west.url, anna.accessToken),
    await connect(east.url, anna.accessToken),
  ];
  const details = async () =>
    (await callApi(west.url, 'GET', `/api/admin/users/${anna.id}`, { token: boss.accessToken })).body;
  await waitUntil(async () => ((await details())['nodes'] as unknown[]).length === 2, 'both nodes are known');
  expect(await details()).toMatchObject({
    online: true,
    nodes: [
      { nodeId: 'east', connections: 2 },
      { nodeId: 'west', connections: 1 },
    ],
  });
  expect((await post(`users/${anna.id}/log-out`, { reason: 'stolen password' })).status).toBe(204);
  for (const client of clients)
    expect(await client.waitForEvent('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT', reconnect: false });
  await expect(connect(east.url, anna.accessToken)).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  await waitUntil(async () => (await details())['online'] === false, 'the user is offline');
});

it('a change of roles applies to connections on the other node', async () => {
  const anna = await registerPlayer(east.url);
  const client = await connect(east.url, anna.accessToken);
  const setRoles = (roles: string[]) =>
    callApi(west.url, 'PUT', `/api/admin/users/${anna.id}/roles`, {
      token: boss.accessToken,
      body: { roles, reason: 'Joins the team' },
    });
  const mayAdministrate = async () => (await client.send('admin:unsubscribe')).success;
  expect(await mayAdministrate()).toBe(false);
  expect((await setRoles(['player', 'admin'])).status).toBe(204);
  await waitUntil(mayAdministrate, 'the granted role has arrived');
  expect((await setRoles(['player'])).status).toBe(204);
  await waitUntil(async () => !(await mayAdministrate()), 'the withdrawal has arrived');
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
  const hasOneConnection = async () => (await nodes()).map(({ connections }) => connections).join() === '1,0';
  await waitUntil(hasOneConnection, 'the connections of other tests have ended');
  expect(await nodes()).toMatchObject([
    { nodeId: 'east', answered: true, connections: 1, users: 1, rooms: { user: 1 }, uptimeSeconds: expect.any(Number) },
    { nodeId: 'west', answered: true, connections: 0, users: 0, rooms: {} },
  ]);
  east.kill('SIGSTOP');
  expect(await nodes(['east'])).toMatchObject([
    { nodeId: 'east', answered: false },
    { nodeId: 'west', answered: true },
  ]);
  east.kill('SIGCONT');
});
