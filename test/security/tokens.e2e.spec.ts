/** Forged, foreign, outlived and revoked tokens open nothing: no route, no socket, on no node, and none gets into a log. */
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { RunningServer } from '../../apps/server/src/server';
import { client, closeClients, connect, registerAdmin, registerPlayer, until } from '../support/client';
import { TEST_SECRET } from '../support/environment';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { startServerProcess, startTestServer, stopServerProcesses } from '../support/server';
import { Api, type Session } from '../support/session';

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

/** What both doors say to a token: the HTTP API, and the handshake of a socket. */
async function answers({ url }: { url: string }, token: string): Promise<[http: string, socket: string]> {
  const { status, body } = await new Api(url).get('/api/me', token);
  const socket = await connect(url, token, { extraHeaders: { 'X-Forwarded-For': `10.201.0.${++address}` } }).then(
    () => 'ok',
    (error: unknown) => (error as { data?: { code: string } }).data?.code ?? 'refused',
  );
  return [status === 200 ? 'ok' : (body.error.code as string), socket];
}
let address = 0;

describe('own tokens', () => {
  let server: RunningServer;
  let session: Session;
  let claims: Record<string, unknown>;

  beforeAll(async () => {
    server = await startTestServer({ DATABASE_URL: database.url });
    session = await new Api(server.url).guest();
    claims = JSON.parse(Buffer.from(session.accessToken.split('.')[1] ?? '', 'base64url').toString());
  });
  afterAll(() => server.close());

  it('open both doors', async () => expect(await answers(server, session.accessToken)).toEqual(['ok', 'ok']));

  it.each<[string, () => string]>([
    ['unsigned', () => `${part({ alg: 'none' })}.${part(claims)}.`],
    ['of another algorithm', () => forge(claims, { alg: 'HS512' }, TEST_SECRET, 'sha512')],
    ['of another secret', () => forge(claims, undefined, 'x'.repeat(48))],
    ['of another issuer', () => forge({ ...claims, iss: 'other' })],
    ['for another audience', () => forge({ ...claims, aud: 'other' })],
    ['without an end', () => forge({ ...claims, exp: undefined })],
    ['of nobody', () => forge({ ...claims, sub: randomUUID() })],
    ["of somebody else's session", () => forge({ ...claims, sid: randomUUID() })],
    [
      'with roles written in',
      () => session.accessToken.replace(/\.[^.]+\./, `.${part({ ...claims, roles: ['admin'] })}.`),
    ],
  ])('%s open none', async (_, token) => {
    expect(await answers(server, token())).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
  });

  it('that have expired open none, and say so', async () => {
    expect(await answers(server, forge({ ...claims, exp: seconds() - 1 }))).toEqual(['EXPIRED_TOKEN', 'EXPIRED_TOKEN']);
  });

  it('give the roles of the account, not those written in them', async () => {
    const token = forge({ ...claims, roles: ['admin'], exp: seconds() + 60 });
    const { status } = await new Api(server.url).get('/api/admin/overview', token);
    expect(status).toBe(403);
  });

  it('are no refresh tokens, and refresh tokens are none', async () => {
    const { body } = await new Api(server.url).post('/api/auth/refresh').send({ refreshToken: 'x'.repeat(43) });
    expect(body.error.code).toBe('INVALID_TOKEN');
    expect(await answers(server, session.refreshToken)).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
  });

  it('tell who guesses names nothing', async () => {
    const player = await registerPlayer(server.url);
    const login = async (username: string) => {
      const { status, body } = await new Api(server.url)
        .post('/api/auth/login')
        .send({ username, password: 'wrong one' });
      return { status, ...body.error, requestId: '' };
    };
    expect(await login(player.login)).toEqual(await login('nobody_of_this_name'));
  });

  it('of a banned account open none', async () => {
    const boss = await startTestServer({ DATABASE_URL: database.url, ADMIN_USERS: 'boss' });
    const { accessToken } = await registerAdmin(boss.url);
    const player = await registerPlayer(boss.url);
    const live = await connect(boss.url, player.accessToken);
    const ban = await new Api(boss.url)
      .post(`/api/admin/users/${player.id}/ban`, accessToken)
      .send({ reason: 'cheating' });
    expect(ban.status).toBe(204);
    expect(await live.event('system:disconnected')).toMatchObject({ code: 'ACCOUNT_DISABLED', reconnect: false });
    expect(await answers(boss, player.accessToken)).toEqual(['ACCOUNT_DISABLED', 'ACCOUNT_DISABLED']);
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

  it('open both doors, to one account', async () => {
    const token = await sign({ sub: 'outside-1', preferred_username: 'zoe', name: 'Zoë', roles: ['admin'] });
    expect(await answers(server, token)).toEqual(['ok', 'ok']);
    const { body } = await new Api(server.url).get('/api/me', token);
    expect(body).toMatchObject({ displayName: 'Zoë', roles: ['player'] });
    expect((await new Api(server.url).get('/api/admin/overview', token)).status).toBe(403);
  });

  it('open none when they are for somebody else, or signed with the public key', async () => {
    expect(await answers(server, await sign({ sub: 'outside-2', aud: 'other' }))).toEqual([
      'INVALID_TOKEN',
      'INVALID_TOKEN',
    ]);
    const confused = forge(
      { sub: 'outside-2', iss: issuer.JWT_ISSUER, aud: 'game', exp: seconds() + 60 },
      { alg: 'HS256' },
      pem,
    );
    expect(await answers(server, confused)).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
  });

  it('are the only ones: nobody registers or logs in here', async () => {
    const api = new Api(server.url);
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

  it('a session that ends on one node ends on the other, and no log holds a token', async () => {
    const shared = { DATABASE_URL: database.url, REDIS_URL: redis.url, LOG_LEVEL: 'debug', TOKEN_IN_QUERY: 'true' };
    const [west, east] = await Promise.all([startServerProcess(shared), startServerProcess(shared)]);
    const session = await new Api(west.url).guest();
    const live = await connect(east.url, session.accessToken);
    await connect(east.url, undefined, { query: { token: session.accessToken } });
    expect(await answers(east, session.accessToken)).toEqual(['ok', 'ok']);
    await new Api(west.url).post('/api/auth/logout').send({ refreshToken: session.refreshToken });
    expect(await live.event('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT' });
    // Well before what the other node remembers would be out of date by itself.
    await until(
      async () => (await new Api(east.url).get('/api/me', session.accessToken)).status === 401,
      'refused',
      5_000,
    );
    client(east.url, `${session.accessToken}x`);
    expect(await answers(east, session.accessToken)).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN']);
    for (const secret of [session.accessToken, session.refreshToken]) {
      expect(west.output() + east.output()).not.toContain(secret.slice(-20));
    }
  });
});
