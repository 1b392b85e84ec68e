/** No token that a client sends, in any place, is logged, and no text of a client can forge a log line. */
import { request } from 'node:http';
import { randomBytes } from 'node:crypto';
import {
  createTestClient,
  closeClients,
  connect,
  type Player,
  registerPlayer,
  waitUntil,
} from '../support/clients/client';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { startServerProcess, stopServerProcesses, type ServerProcess } from '../support/servers/server';

let database: TestDatabase;

beforeAll(async () => (database = await createMigratedDatabase()));
afterEach(closeClients);
afterAll(async () => {
  await stopServerProcesses();
  await database.drop();
});

const FORGED_LINE = '\n12:00:00.000 error [Auth] root logged in';

describe.each(['json', 'pretty'])('the log as %s', (format) => {
  let server: ServerProcess;
  let player: Player;
  let secrets: string[];

  beforeAll(async () => {
    server = await startServerProcess({
      DATABASE_URL: database.url,
      LOG_LEVEL: 'debug',
      LOG_FORMAT: format,
      TOKEN_IN_QUERY: 'true',
    });
    player = await registerPlayer(server.url);
    secrets = [player.accessToken, player.refreshToken, randomBytes(32).toString('base64url'), player.password];
  });

  it('contains no token sent anywhere in an HTTP request', async () => {
    for (const secret of secrets.map(encodeURIComponent)) {
      const bearer = { Authorization: `Bearer ${player.accessToken}` };
      for (const path of [
        `/${secret}`,
        `/api/${secret}/x`,
        `/api/messages/${secret}`,
        `/api/characters/${secret}`,
        `/api/admin/users/${secret}/ban`,
        `/api/me?token=${secret}`,
        `/api/nothing?q=${secret}`,
        `/api/conversations?cursor=${secret}`,
        `/docs/${secret}`,
        `/%E0%A4%A/${secret}`,
      ])
        for (const method of ['GET', 'POST', 'DELETE']) await send(server.url, method, path, bearer);
      const headers = ['X-Request-Id', 'User-Agent', 'Origin', 'Referer', 'X-Forwarded-For', 'Host', 'X-Other'];
      for (const name of headers) await send(server.url, 'GET', '/api/me', { ...bearer, [name]: secret });
      await send(server.url, 'GET', '/api/me', { Authorization: `Bearer ${secret}x` });
      await send(server.url, 'GET', '/api/me', { Cookie: `accessToken=${secret}x; refreshToken=${secret}x` });
      for (const body of [
        `{"refreshToken":"${secret}x"}`,
        `{"refreshToken":"${secret}`,
        `{"${secret}":1}`,
        `{"username":"${secret}","password":"${secret}"}`,
        `"${secret}"`,
      ])
        for (const route of ['refresh', 'login', 'register', 'guest', 'password'])
          await send(server.url, 'POST', `/api/auth/${route}`, { ...bearer, 'Content-Type': 'application/json' }, body);
    }
    await expectNoSecrets();
  });

  it('contains no token sent anywhere over a socket', async () => {
    const live = await connect(server.url, player.accessToken);
    for (const secret of secrets) {
      await live.send(secret, {});
      await live.send('system:ping', { [secret]: 1 });
      await live.send('auth:refresh', { token: `${secret}x` });
      await live.send('chat:message', { channel: 'global', text: secret });
      await live.send('chat:message', { channel: secret, text: secret });
      await live.send('character:select', { characterId: secret });
      await tryToConnect(server.url, { auth: { token: `${secret}x` } });
      await tryToConnect(server.url, { query: { token: `${secret}x` } });
      await tryToConnect(server.url, { auth: { pid: secret, offset: secret, protocol: secret } });
      await tryToConnect(`${server.url}/${secret}`, { auth: { token: player.accessToken } });
    }
    await expectNoSecrets();
  });

  it('contains no line forged by a client', async () => {
    const live = await connect(server.url, player.accessToken);
    await live.send(`chat:message${FORGED_LINE}`, {});
    await live.send('chat:message', { channel: `zone${FORGED_LINE}`, text: 'x' });
    await live.send('chat:message', { channel: 'zone', [FORGED_LINE]: 1 });
    await send(server.url, 'GET', `/api/${encodeURIComponent(FORGED_LINE)}`);
    await send(server.url, 'GET', `/api/characters/${encodeURIComponent(FORGED_LINE)}`, {
      Authorization: `Bearer ${player.accessToken}`,
    });
    await send(server.url, 'GET', `/${'x'.repeat(6_000)}`);
    await untilLogged();
    const lines = server.output().split('\n');
    expect(lines.filter((line) => line.startsWith('12:00:00.000'))).toEqual([]);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(4_000);
  });

  async function expectNoSecrets(): Promise<void> {
    await untilLogged();
    const output = server.output();
    expect(output).toMatch(/GET \/api\/characters\/:id|connected/);
    // The last third of a token is its secret part; a password is secret as a whole.
    for (const secret of secrets) {
      const end = secret === player.password ? secret : secret.slice(-Math.floor(secret.length / 3));
      expect(output.split('\n').filter((line) => line.includes(end) || line.includes(secret))).toEqual([]);
    }
  }

  /** Waits until a marker is logged: everything before it has been logged by then. */
  async function untilLogged(): Promise<void> {
    const mark = `m-${randomBytes(6).toString('hex')}`;
    await send(server.url, 'GET', '/api/me', { 'X-Request-Id': mark });
    await waitUntil(() => server.output().includes(mark), 'the mark in the log');
  }
});

let address = 0;

function send(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<void> {
  const own = { 'X-Forwarded-For': `10.77.${++address >> 8}.${address & 255}`, ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, path, headers: { ...own, 'Content-Length': Buffer.byteLength(body) } },
      (response) => {
        response.resume().on('end', () => resolve());
      },
    );
    sent.on('error', reject).end(body);
  });
}

function tryToConnect(url: string, options: Parameters<typeof createTestClient>[2]): Promise<void> {
  const { socket } = createTestClient(url, undefined, {
    extraHeaders: { 'X-Forwarded-For': `10.78.0.${++address & 255}` },
    ...options,
  });
  return new Promise<void>((resolve) => {
    socket.once('connect_error', () => resolve());
    socket.once('connect', () => resolve());
    // The transport itself may refuse, without a Socket.IO packet.
    socket.io.once('close', () => resolve());
  }).finally(() => socket.disconnect());
}
