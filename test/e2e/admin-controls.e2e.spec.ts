/** Limits, log level, previews and announcements to rooms for administrators: over all nodes of a cluster. */
import { randomBytes } from 'node:crypto';
import {
  closeClients,
  connect,
  type Guest,
  type Player,
  playAsGuest,
  registerAdmin,
  registerPlayer,
  waitUntil,
} from '../support/clients/client';
import { callApi, type HttpAnswer, untilNodesAnswer } from '../support/clients/http';
import { useNodeCluster } from '../support/servers/node-cluster';
import type { ServerProcess } from '../support/servers/server';

const cluster = useNodeCluster({ ADMIN_USERS: 'boss', LOG_FORMAT: 'json' });
let west: ServerProcess;
let east: ServerProcess;
let boss: Player;

beforeAll(async () => {
  [west, east] = await Promise.all([
    cluster.startProcess({ NODE_ID: 'west' }),
    cluster.startProcess({ NODE_ID: 'east', CONNECTIONS_PER_USER: '7' }),
  ]);
  boss = await registerAdmin(west.url);
}, 120_000);
afterEach(closeClients);

const call = (method: string, path: string, body?: object, token = boss.accessToken): Promise<HttpAnswer> =>
  callApi(west.url, method, `/api/admin/${path}`, { token, ...(body && { body }) });
/** For requests that all nodes answer, but for those that are stopped. */
const callAll = (method: string, path: string, body?: object, stopped: string[] = []): Promise<HttpAnswer> =>
  untilNodesAnswer(() => call(method, path, body), stopped);
const newestRecord = async (): Promise<unknown> =>
  ((await call('GET', 'audit?limit=1')).body['records'] as unknown[])[0];
const REASON = { reason: 'Looking for lost moves' };

it('limits: policies, connection limits and refusals of each node', async () => {
  const player = await playAsGuest(east.url);
  const client = await connect(east.url, player.accessToken);
  let refused = 0;
  for (let tries = 0; tries < 60 && refused < 2; tries++) {
    const { error } = await client.send('presence:get', { userIds: [player.id] });
    if (error?.code === 'RATE_LIMITED') refused++;
  }
  expect(refused).toBe(2);
  const { body } = await callAll('GET', 'limits');
  expect(body).toMatchObject({
    minutes: 15,
    nodes: [
      {
        nodeId: 'east',
        answered: true,
        isEnforced: true,
        refusals: { 'presence:get': 2 },
        connectionLimits: { connectionsPerUser: 7, connectionsPerIp: 200, maxConnections: expect.any(Number) },
      },
      { nodeId: 'west', answered: true, refusals: {}, connectionLimits: { connectionsPerUser: 10 } },
    ],
  });
  expect(body['policies']).toEqual((await callApi(west.url, 'GET', '/api/realtime/policies')).body);
});

describe('log level', () => {
  const joined = (server: ServerProcess, userId: string): boolean =>
    server.output().includes(`"message":"joined"`) &&
    server
      .output()
      .split('\n')
      .some((line) => line.includes('"message":"joined"') && line.includes(userId));
  /** Whether a node logs at level debug: it does so when a connection joins a room. */
  async function logsDebug(server: ServerProcess): Promise<boolean> {
    const { id, accessToken } = await playAsGuest(server.url);
    const client = await connect(server.url, accessToken);
    await client.send('subscribe:notifications');
    client.close();
    await waitUntil(
      () =>
        server
          .output()
          .split('\n')
          .some((line) => line.includes('"disconnected"') && line.includes(id)),
      'the node has logged the disconnection',
    );
    return joined(server, id);
  }

  it('is changed on all nodes, and back by the configured level', async () => {
    expect((await callAll('GET', 'log-level')).body).toEqual({
      nodes: ['east', 'west'].map((nodeId) => ({
        nodeId,
        answered: true,
        level: 'info',
        configuredLevel: 'info',
        until: null,
      })),
    });
    expect([await logsDebug(west), await logsDebug(east)]).toEqual([false, false]);
    const changed = await callAll('PUT', 'log-level', { level: 'debug', ...REASON });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        nodes: ['east', 'west'].map((nodeId) => ({ nodeId, level: 'debug', until: expect.stringMatching(/Z$/) })),
      },
    });
    expect((await callAll('GET', 'log-level')).body).toEqual(changed.body);
    expect([await logsDebug(west), await logsDebug(east)]).toEqual([true, true]);
    expect(await newestRecord()).toMatchObject({
      action: 'log-level.change',
      target: null,
      actor: { name: boss.name },
      details: { level: 'debug', minutes: 15, ...REASON },
    });
    await callAll('PUT', 'log-level', { level: 'info', ...REASON });
    expect([await logsDebug(west), await logsDebug(east)]).toEqual([false, false]);
    expect((await callAll('GET', 'log-level')).body).toMatchObject({
      nodes: [{ until: null }, { until: null }],
    });
  });

  it('is changed on one node alone, and each change is one line of its log', async () => {
    const { body } = await call('PUT', 'log-level', { level: 'error', node: 'east', minutes: 60, ...REASON });
    expect(body).toMatchObject({ nodes: [{ nodeId: 'east', level: 'error' }] });
    expect(await newestRecord()).toMatchObject({ target: 'east', details: { minutes: 60 } });
    expect((await callAll('GET', 'log-level')).body).toMatchObject({
      nodes: [
        { nodeId: 'east', level: 'error' },
        { nodeId: 'west', level: 'info' },
      ],
    });
    await call('PUT', 'log-level', { level: 'info', node: 'east', ...REASON });
    const lines = (server: ServerProcess): unknown[] =>
      server
        .output()
        .split('\n')
        .filter((line) => line.includes('"from"') && line.includes('"error"'))
        .map((line) => JSON.parse(line) as unknown);
    await waitUntil(() => lines(east).length === 2, 'both changes are in the log');
    expect(lines(east)).toMatchObject([
      { context: 'Log', from: 'info', to: 'error' },
      { context: 'Log', from: 'error', to: 'info' },
    ]);
    expect(lines(west)).toEqual([]);
  });

  it('debug, set while the server runs, logs no secret', async () => {
    await call('PUT', 'log-level', { level: 'debug', ...REASON });
    const player = await registerPlayer(west.url);
    const secret = randomBytes(32).toString('base64url');
    const client = await connect(west.url, player.accessToken);
    await client.send('auth:refresh', { token: `${player.accessToken}x` });
    await client.send('chat:message', { channel: 'global', text: secret });
    await client.send('system:ping', { [secret]: secret });
    for (const body of [{ username: player.login, password: secret }, { refreshToken: secret }, { [secret]: 1 }])
      for (const route of ['login', 'refresh']) await callApi(west.url, 'POST', `/api/auth/${route}`, { body });
    await callApi(west.url, 'GET', `/api/me?token=${secret}`, { token: secret });
    await connect(west.url, secret).catch(() => undefined);
    expect(await logsDebug(west)).toBe(true);
    const shown = [secret, player.password, player.refreshToken, player.accessToken.split('.')[2] ?? ''].filter(
      (text) => west.output().includes(text),
    );
    expect(shown).toEqual([]);
    await call('PUT', 'log-level', { level: 'info', ...REASON });
  });

  it('requires a known level and node, a reason, and at most an hour', async () => {
    const before = await newestRecord();
    for (const wrong of [
      { level: 'debug' },
      { level: 'silly', ...REASON },
      { level: 'debug', minutes: 61, ...REASON },
      { level: 'debug', minutes: 0, ...REASON },
      { level: 'debug', minutes: '5', ...REASON },
      { level: 'debug', node: '', ...REASON },
    ])
      expect([wrong, (await call('PUT', 'log-level', wrong)).status]).toEqual([wrong, 400]);
    expect((await call('PUT', 'log-level', { level: 'debug', node: 'north', ...REASON })).status).toBe(404);
    expect(await newestRecord()).toEqual(before);
  });

  it('of one node that does not answer: UNAVAILABLE', async () => {
    east.kill('SIGSTOP');
    const { status } = await call('PUT', 'log-level', { level: 'info', node: 'east', ...REASON });
    const { body } = await callAll('PUT', 'log-level', { level: 'info', ...REASON }, ['east']);
    east.kill('SIGCONT');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      nodes: [
        { nodeId: 'east', answered: false },
        { nodeId: 'west', answered: true },
      ],
    });
  });
});

describe('announcements', () => {
  const preview = async (body: object, stopped?: string[]): Promise<unknown> =>
    (await callAll('POST', 'broadcasts/preview', body, stopped)).body;

  it('the preview counts users and connections of all nodes, and the announcement reaches just them', async () => {
    const [ben, anna, outsider] = (await Promise.all([1, 2, 3].map(() => playAsGuest(west.url)))) as [
      Guest,
      Guest,
      Guest,
    ];
    const clients = await Promise.all([
      connect(west.url, ben.accessToken),
      connect(east.url, ben.accessToken),
      connect(east.url, anna.accessToken),
    ]);
    const other = await connect(west.url, outsider.accessToken);
    const created = await callApi(west.url, 'POST', '/api/conversations', {
      token: ben.accessToken,
      body: { kind: 'direct', participantIds: [anna.id] },
    });
    const room = `conversation:${String(created.body['id'])}`;
    await waitUntil(
      async () => ((await preview({ target: 'room', id: room })) as { connections: number }).connections === 3,
      'all connections have joined the room',
    );
    expect(await preview({ target: 'room', id: room })).toEqual({ users: 2, connections: 3, unansweredNodes: [] });
    expect(await preview({ target: 'user', id: ben.id })).toEqual({ users: 1, connections: 2, unansweredNodes: [] });
    expect(await preview({ target: 'all' })).toEqual({ users: 3, connections: 4, unansweredNodes: [] });
    expect(await preview({ target: 'zone', id: 'starting_village' })).toMatchObject({ users: 0, connections: 0 });
    const { status, body } = await call('POST', 'broadcasts', {
      ...{ target: 'room', id: room.replace(/:.*/, (id) => id.toUpperCase()) },
      ...{ message: 'hello', level: 'info' },
    });
    expect(status).toBe(201);
    for (const client of clients)
      expect(await client.waitForEvent('system:announcement', ({ id }) => id === body['id'])).toEqual(body);
    await other.roundTrip();
    expect(other.eventsNamed('system:announcement')).toEqual([]);
    expect(await newestRecord()).toMatchObject({ action: 'broadcast', target: room, details: { target: 'room' } });
  });

  it('the preview names a node that does not answer', async () => {
    const ben = await playAsGuest(west.url);
    await connect(west.url, ben.accessToken);
    east.kill('SIGSTOP');
    const answer = await preview({ target: 'user', id: ben.id }, ['east']);
    east.kill('SIGCONT');
    expect(answer).toEqual({ users: 1, connections: 1, unansweredNodes: ['east'] });
  });

  it('a target that does not exist is refused, without a record', async () => {
    const before = await newestRecord();
    const rest = { message: 'hello', level: 'info' };
    for (const [target, status] of [
      [{ target: 'room', id: 'planet:mars' }, 404],
      [{ target: 'room', id: 'nokind' }, 404],
      [{ target: 'room', id: 'lobby:1' }, 404],
      [{ target: 'zone', id: 'nowhere' }, 404],
      [{ target: 'user', id: boss.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }, 404],
      [{ target: 'all', id: 'x' }, 400],
      [{ target: 'room' }, 400],
      [{ target: 'guild', id: 'x' }, 400],
    ] as const) {
      expect([target, (await call('POST', 'broadcasts', { ...target, ...rest })).status]).toEqual([target, status]);
      expect([target, (await call('POST', 'broadcasts/preview', target)).status]).toEqual([target, status]);
    }
    expect(await newestRecord()).toEqual(before);
  });
});

it.each([
  ['GET', 'limits', undefined],
  ['GET', 'log-level', undefined],
  ['PUT', 'log-level', { level: 'debug', ...REASON }],
  ['POST', 'broadcasts/preview', { target: 'all' }],
  ['POST', 'broadcasts', { target: 'room', id: 'global:chat', message: 'hello', level: 'info' }],
] as const)('%s %s: players are refused on every node', async (method, path, body) => {
  const { accessToken } = await registerPlayer(east.url);
  for (const { url } of [west, east])
    expect(
      await callApi(url, method, `/api/admin/${path}`, { token: accessToken, ...(body && { body }) }),
    ).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  expect((await callAll('GET', 'log-level')).body).toMatchObject({ nodes: [{ level: 'info' }, { level: 'info' }] });
});
