/** Administration of nodes: the list with the progress of a drain, and nodes that end by request as on a signal. */
import { closeClients, connect, type Player, playAsGuest, registerAdmin, waitUntil } from '../support/clients/client';
import { callApi, type HttpAnswer, untilNodesAnswer } from '../support/clients/http';
import { useNodeCluster } from '../support/servers/node-cluster';
import type { ServerProcess } from '../support/servers/server';

const cluster = useNodeCluster({ ADMIN_USERS: 'boss', LIMITS: 'off' });
let west: ServerProcess;
let boss: Player;

beforeAll(async () => {
  west = await cluster.startProcess({ NODE_ID: 'west' });
  boss = await registerAdmin(west.url);
}, 120_000);
afterEach(closeClients);

const call = (method: string, path: string, body?: object, url = west.url): Promise<HttpAnswer> =>
  callApi(url, method, `/api/admin/${path}`, { token: boss.accessToken, ...(body && { body }) });
const nodes = async (): Promise<Record<string, unknown>[]> =>
  (await call('GET', 'nodes')).body['nodes'] as Record<string, unknown>[];
const newestRecord = async (): Promise<unknown> =>
  ((await call('GET', 'audit?limit=1')).body['records'] as unknown[])[0];
const REASON = { reason: 'New machine' };

it('drain: the node moves its clients, reports its progress and exits with 0, as on SIGTERM', async () => {
  const east = await cluster.startProcess({ NODE_ID: 'east', DRAIN_MS: '4000' });
  const clients = await Promise.all(
    Array.from({ length: 20 }, async () => connect(east.url, (await playAsGuest(east.url)).accessToken)),
  );
  const { body } = await untilNodesAnswer(() => call('GET', 'nodes'));
  expect(body['nodes']).toMatchObject([
    { nodeId: 'east', answered: true, connections: 20, users: 20, draining: false, drain: null },
    { nodeId: 'west', answered: true, version: expect.any(String), startedAt: expect.any(String), zones: 0 },
  ]);
  const drain = await call('POST', 'nodes/east/drain', REASON);
  expect(drain).toMatchObject({ status: 202, body: { nodeId: 'east', delayMs: 4_000, endsProcess: true } });
  expect(await newestRecord()).toMatchObject({ action: 'node.drain', target: 'east', details: REASON });
  await Promise.all(clients.map((client) => client.waitForEvent('system:draining')));
  let seen: { left: number; remaining: number } | undefined;
  await waitUntil(async () => {
    const east = (await nodes()).find(({ nodeId }) => nodeId === 'east');
    seen = (east?.['drain'] as typeof seen) ?? seen;
    return seen !== undefined && seen.left > 0;
  }, 'connections have left the node');
  expect((seen?.left ?? 0) + (seen?.remaining ?? 0)).toBe(20);
  expect(await east.exited).toBe(0);
  for (const client of clients)
    expect(client.eventsNamed('system:disconnected')).toMatchObject([{ code: 'DRAINING', reconnect: true }]);
}, 90_000);

it('drain: of two requests at once one is refused, and clients keep their time to leave', async () => {
  const east = await cluster.startProcess({ NODE_ID: 'east', DRAIN_MS: '2000' });
  const drains = await Promise.all([1, 2].map(() => call('POST', 'nodes/east/drain', REASON)));
  expect(drains.map(({ status }) => status).sort()).toEqual([202, 409]);
  expect(await east.exited).toBe(0);
  // A second line would mean that the shutdown was hurried.
  expect(east.output().match(/: closing \(once more to hurry\)/g)).toHaveLength(1);
}, 60_000);

it('kill: the process ends at once, and the action was recorded before', async () => {
  const east = await cluster.startProcess({ NODE_ID: 'east' });
  expect((await call('POST', 'nodes/east/kill', REASON)).status).toBe(204);
  expect(await east.exited).toBeNull();
  expect(east.process.signalCode).toBe('SIGKILL');
  expect(await newestRecord()).toMatchObject({ action: 'node.kill', target: 'east', details: REASON });
}, 60_000);

it.each(['drain', 'kill'])('%s: requires a node that exists, and a reason', async (action) => {
  const before = await newestRecord();
  expect((await call('POST', `nodes/nowhere/${action}`, REASON)).status).toBe(404);
  for (const wrong of [{}, { reason: '' }, { reason: 'x'.repeat(201) }, { ...REASON, force: true }])
    expect(await call('POST', `nodes/west/${action}`, wrong)).toMatchObject({ status: 400 });
  expect((await call('POST', `nodes/%00/${action}`, REASON)).status).toBe(400);
  expect(await newestRecord()).toEqual(before);
});

it('kill: there is no node to kill in production', async () => {
  const settings = { NODE_ENV: 'production', METRICS_TOKEN: '8c1fa9e07b2d4f6391ac' };
  const node = await cluster.startProcess({ ...settings, LIMITS: 'on', NODE_ID: 'alone' });
  expect((await call('POST', 'nodes/alone/kill', REASON, node.url)).status).toBe(404);
  // A node that is not in production cannot kill it either.
  expect((await call('POST', 'nodes/alone/kill', REASON)).status).toBe(409);
  expect((await fetch(`${node.url}/health/live`)).status).toBe(200);
}, 120_000);
