/** Forged, foreign, expired and revoked tokens are refused by every route, socket and node, and no token is logged. */
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { RunningServer } from '../../apps/server/src/server';
import {
  createTestClient,
  closeClients,
  connect,
  registerAdmin,
  registerPlayer,
  waitUntil,
} from '../support/clients/client';
import { TEST_SECRET } from '../support/environment';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { type RedisServer, startRedis } from '../support/redis/redis-server';
import { startServerProcess, startTestServer, stopServerProcesses } from '../support/servers/server';
import { Api, type ApiSession } from '../support/clients/api';

let database: TestDatabase;

beforeAll(async () => (database = await createMigratedDatabase()));
afterEach(closeClients);
afterAll(() => database.drop());

const seconds = (): number => Math.floor(Date.now() / 1000);
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function forge(claims: object, header: object = { alg: 'HS256' }, secret = TEST_SECRET, hash = 'sha256'): string {
  const body = `${part(header)}.${part(claims)}`;
  return `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`;
}

/** The outcomes of the HTTP API and of a socket handshake for this token. */
async function outcomesOf(server: { url: string }, token: string): Promise<[http: string, socket: string]> {
  const { status, body } = await new Api(server).get('/api/me', token);
  const socket = await connect(server.url, token, {
    extraHeaders: { 'X-Forwarded-For': `10.201.0.${++address}` },
  }).then(
    () => 'ok',
    (error: unknown) => (error as { data?: { code: string } }).data?.code ?? 'refused',
  );
  return [status === 200 ? 'ok' : (body.error.code as string), socket];
}
let address = 0;

describe('own tokens', () => {
  let server: RunningServer;
  let session: ApiSession;
  let claims: Record<string, unknown>;

  beforeAll(async () => {
    server = await startTestServer({ DATABASE_URL: database.url });
    session = await new Api(server).guest();
    claims = JSON.parse(Buffer.from(session.accessToken.split('.')[1] ?? '', 'base64url').toString());
  });
  afterAll(() => server.close());

  it('are accepted over HTTP and at the handshake', async () =>
    expect(await outcomesOf(server, session.accessToken)).toEqual(['ok', 'ok']));

  it.each<[string, () => string]>([
    ['without a signature', () => `${part({ alg: 'none' })}.${part(claims)}.`],
    ['of another algorithm', () => forge(claims, { alg: 'HS512' }, TEST_SECRET, 'sha512')],
    ['signed with another secret', () => forge(claims, undefined, 'x'.repeat(48))],
    ['of another issuer', () => forge({ ...claims, iss: 'other' })],
    ['for another audience', () => forge({ ...claims, aud: 'other' })],
    ['without an expiry', () => forge({ ...claims, exp: undefined })],
    ['of an unknown account', () => forge({ ...claims, sub: randomUUID() })],
    ['of an unknown session', () => forge({ ...claims, sid: randomUUID() })],
    ['with edited roles', () => session.accessToken.replace(/\.[^.]+\./, `.${part({ ...claims, roles: ['admin'] })}.`)],
  ])('%s are refused', async (_, token) => {
    expect(await outcomesOf(server, token())).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
  });

  it('that have expired are refused with EXPIRED_TOKEN', async () => {
    expect(await outcomesOf(server, forge({ ...claims, exp: seconds() - 1 }))).toEqual([
      'EXPIRED_TOKEN',
      'EXPIRED_TOKEN',
    ]);
  });

  it('grant the roles of the account, not those in the token', async () => {
    const token = forge({ ...claims, roles: ['admin'], exp: seconds() + 60 });
    const { status } = await new Api(server).get('/api/admin/overview', token);
    expect(status).toBe(403);
  });

  it('an unknown refresh token is refused, and a refresh token is not accepted as an access token', async () => {
    const { body } = await new Api(server).post('/api/auth/refresh').send({ refreshToken: 'x'.repeat(43) });
    expect(body.error.code).toBe('INVALID_TOKEN');
    expect(await outcomesOf(server, session.refreshToken)).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
  });

  it('a failed login does not reveal whether the name exists', async () => {
    const player = await registerPlayer(server.url);
    const login = async (username: string) => {
      const { status, body } = await new Api(server).post('/api/auth/login').send({ username, password: 'wrong one' });
      return { status, ...body.error, requestId: '' };
    };
    expect(await login(player.login)).toEqual(await login('nobody_of_this_name'));
  });

  it('of a banned account are refused', async () => {
    const boss = await startTestServer({ DATABASE_URL: database.url, ADMIN_USERS: 'boss' });
    const { accessToken } = await registerAdmin(boss.url);
    const player = await registerPlayer(boss.url);
    const live = await connect(boss.url, player.accessToken);
    const ban = await new Api(boss).post(`/api/admin/users/${player.id}/ban`, accessToken).send({ reason: 'cheating' });
    expect(ban.status).toBe(204);
    expect(await live.waitForEvent('system:disconnected')).toMatchObject({
      code: 'ACCOUNT_DISABLED',
      reconnect: false,
    });
    expect(await outcomesOf(boss, player.accessToken)).toEqual(['ACCOUNT_DISABLED', 'ACCOUNT_DISABLED']);
    await boss.close();
  });
});

describe('tokens of an outside issuer', () => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const issuer = {
    JWT_PUBLIC_KEY: pem.replaceAll('\n', '\\n'),
    JWT_ISSUER: 'https://issuer.example',
    JWT_AUDIENCE: 'game',
  };
  const sign = (claims: object): Promise<string> =>
    new SignJWT({ iss: issuer.JWT_ISSUER, aud: 'game', exp: seconds() + 60, ...claims })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(keys.privateKey);
  let server: RunningServer;

  beforeAll(async () => (server = await startTestServer({ DATABASE_URL: database.url, ...issuer })));
  afterAll(() => server.close());

  it('are accepted over HTTP and at the handshake, for one account', async () => {
    const token = await sign({ sub: 'outside-1', preferred_username: 'zoe', name: 'Zoë', roles: ['admin'] });
    expect(await outcomesOf(server, token)).toEqual(['ok', 'ok']);
    const { body } = await new Api(server).get('/api/me', token);
    expect(body).toMatchObject({ displayName: 'Zoë', roles: ['player'] });
    expect((await new Api(server).get('/api/admin/overview', token)).status).toBe(403);
  });

  it('are refused for another audience, or when signed with the public key as a secret', async () => {
    expect(await outcomesOf(server, await sign({ sub: 'outside-2', aud: 'other' }))).toEqual([
      'INVALID_TOKEN',
      'INVALID_TOKEN',
    ]);
    const confused = forge(
      { sub: 'outside-2', iss: issuer.JWT_ISSUER, aud: 'game', exp: seconds() + 60 },
      { alg: 'HS256' },
      pem,
    );
    expect(await outcomesOf(server, confused)).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
  });

  it('are the only tokens: registration, login and refresh answer 404', async () => {
    const api = new Api(server);
    const body = { username: 'anna_outside', password: 'correct horse battery' };
    for (const route of ['register', 'login', 'guest', 'refresh', 'logout']) {
      const { status } = await api
        .post(`/api/auth/${route}`)
        .send(route === 'login' || route === 'register' ? body : {});
      expect([route, status]).toEqual([route, 404]);
    }
  });
});

describe('in a cluster', () => {
  let redis: RedisServer;

  beforeAll(async () => (redis = await startRedis()));
  afterAll(async () => {
    await stopServerProcesses();
    await redis.stop();
  });

  it('a session that ends on one node ends on the other, and no log contains a token', async () => {
    const shared = { DATABASE_URL: database.url, REDIS_URL: redis.url, LOG_LEVEL: 'debug', TOKEN_IN_QUERY: 'true' };
    const [west, east] = await Promise.all([startServerProcess(shared), startServerProcess(shared)]);
    const session = await new Api(west).guest();
    const live = await connect(east.url, session.accessToken);
    await connect(east.url, undefined, { query: { token: session.accessToken } });
    expect(await outcomesOf(east, session.accessToken)).toEqual(['ok', 'ok']);
    await new Api(west).post('/api/auth/logout').send({ refreshToken: session.refreshToken });
    expect(await live.waitForEvent('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT' });
    // Well before the cached account state of the other node expires by itself.
    await waitUntil(
      async () => (await new Api(east).get('/api/me', session.accessToken)).status === 401,
      'refused',
      5_000,
    );
    createTestClient(east.url, `${session.accessToken}x`);
    expect(await outcomesOf(east, session.accessToken)).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
    for (const secret of [session.accessToken, session.refreshToken]) {
      expect(west.output() + east.output()).not.toContain(secret.slice(-20));
    }
  });
});
