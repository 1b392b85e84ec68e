/** Accounts over HTTP: from registering to deleting, as clients with and without cookies see it. */
import { adminGrant } from '../../apps/server/src/admin-grant';
import type { RunningServer } from '../../apps/server/src/server';
import { closeClients, connect, type Player, registerAdmin, registerPlayer, uniqueName } from '../support/client';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';
import { Api, type Session } from '../support/session';

const PASSWORD = 'correct horse battery';
let database: TestDatabase;
let server: RunningServer;
let api: Api;

beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url, ADMIN_USERS: 'boss' });
  api = new Api(server.url);
});
afterEach(closeClients);
afterAll(async () => {
  await server.close();
  await database.drop();
});

const login = (username: string, password = PASSWORD) => api.post('/api/auth/login').send({ username, password });
const codeOf = async (call: PromiseLike<{ status: number; body: { error?: { code: string } } }>): Promise<string> => {
  const { status, body } = await call;
  return status < 300 ? 'ok' : `${status} ${body.error?.code ?? ''}`;
};

describe('a session', () => {
  it('begins by registering or logging in, is shown, goes on by refreshing and ends by logging out', async () => {
    const username = uniqueName();
    const registered = await api.post('/api/auth/register').send({ username, password: PASSWORD });
    expect(registered.status).toBe(201);
    expect(registered.body).toEqual({
      accessToken: expect.stringMatching(/^eyJ/),
      refreshToken: expect.stringMatching(/^[\w-]{64}$/),
      expiresIn: 900,
      user: { id: expect.any(String), name: expect.stringMatching(/^Player-/), roles: ['player'] },
    });
    const me = await api.get('/api/me', registered.body.accessToken);
    expect(me.body).toEqual({
      id: registered.body.user.id,
      displayName: registered.body.user.name,
      login: username,
      roles: ['player'],
      isGuest: false,
      whoMayAdd: 'everyone',
      createdAt: expect.any(String),
    });

    const loggedIn = await login(username.toUpperCase());
    expect([loggedIn.status, loggedIn.body.user]).toEqual([200, registered.body.user]);
    const { refreshToken } = loggedIn.body as Session;
    const refreshed = await api.post('/api/auth/refresh').send({ refreshToken });
    expect([refreshed.status, refreshed.body.user]).toEqual([200, registered.body.user]);

    const out = await api.post('/api/auth/logout').send({ refreshToken: refreshed.body.refreshToken });
    expect([out.status, out.body]).toEqual([200, {}]);
    for (const ended of [loggedIn, refreshed]) {
      expect(await codeOf(api.get('/api/me', ended.body.accessToken))).toBe('401 INVALID_TOKEN');
      expect(await codeOf(api.post('/api/auth/refresh').send({ refreshToken: ended.body.refreshToken }))).toBe(
        '401 INVALID_TOKEN',
      );
    }
    expect(await codeOf(api.get('/api/me', registered.body.accessToken))).toBe('ok');
  });

  it('ends by its access token, too, and ending it again does no harm', async () => {
    const { accessToken } = await api.guest();
    expect(await codeOf(api.post('/api/auth/logout', accessToken))).toBe('ok');
    expect(await codeOf(api.get('/api/me', accessToken))).toBe('401 INVALID_TOKEN');
    expect(await codeOf(api.post('/api/auth/logout', accessToken))).toBe('ok');
    expect(await codeOf(api.post('/api/auth/logout').send({ refreshToken: 'unknown' }))).toBe('ok');
    expect(await codeOf(api.post('/api/auth/refresh'))).toBe('401 MISSING_TOKEN');
  });

  it('closes its connections with it, and no others', async () => {
    const player = await registerPlayer(server.url);
    const other = (await login(player.login)).body as Session;
    const [ending, staying] = await Promise.all([
      connect(server.url, player.accessToken),
      connect(server.url, other.accessToken),
    ]);
    await api.post('/api/auth/logout').send({ refreshToken: player.refreshToken });
    expect(await ending.event('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT', reconnect: false });
    await staying.settled();
    await expect(connect(server.url, player.accessToken)).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  });
});

describe('cookies', () => {
  const cookiesOf = (answer: { headers: Record<string, unknown> }): string[] =>
    answer.headers['set-cookie'] as string[];
  const sent = (cookies: string[]): string => cookies.map((cookie) => cookie.split(';')[0]).join('; ');

  it('hold the session out of reach for scripts and other sites', async () => {
    const cookies = cookiesOf(await api.post('/api/auth/guest'));
    expect(cookies).toEqual([
      expect.stringMatching(/^accessToken=eyJ.*; Max-Age=900; Path=\/; .*HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^refreshToken=[\w-]{64}; Max-Age=2592000; Path=\/api\/auth; .*HttpOnly; SameSite=Lax$/),
    ]);
  });

  it('serve reads from anywhere, and writes from pages that are allowed alone', async () => {
    const cookie = sent(cookiesOf(await api.post('/api/auth/guest')));
    const refresh = () => api.post('/api/auth/refresh').set('Cookie', cookie);
    expect(await codeOf(api.get('/api/me').set('Cookie', cookie))).toBe('ok');
    expect(await codeOf(api.delete('/api/me').set('Cookie', cookie))).toBe('403 FORBIDDEN');
    expect(await codeOf(refresh())).toBe('403 FORBIDDEN');
    for (const origin of ['https://evil.example', 'null']) {
      expect(await codeOf(api.delete('/api/me').set('Cookie', cookie).set('Origin', origin))).toBe('403 FORBIDDEN');
      expect(await codeOf(refresh().set('Origin', origin))).toBe('403 FORBIDDEN');
      expect(await codeOf(api.post('/api/auth/logout').set('Cookie', cookie).set('Origin', origin))).toBe(
        '403 FORBIDDEN',
      );
    }
    const refreshed = await refresh().set('Origin', server.url);
    expect(refreshed.status).toBe(200);
    const out = await api
      .post('/api/auth/logout')
      .set('Cookie', sent(cookiesOf(refreshed)))
      .set('Origin', 'http://localhost:5173');
    expect(cookiesOf(out)).toEqual([
      expect.stringMatching(/^accessToken=;.*1970/),
      expect.stringMatching(/^refreshToken=;.*1970/),
    ]);
    expect(await codeOf(api.get('/api/me').set('Cookie', cookie))).toBe('401 INVALID_TOKEN');
  });

  it('do not matter where the token itself is sent', async () => {
    const { accessToken } = await api.guest();
    const foreign = api
      .delete('/api/me', accessToken)
      .set('Origin', 'https://evil.example')
      .set('Cookie', 'accessToken=x');
    expect(await codeOf(foreign)).toBe('ok');
  });
});

describe('a guest who registers', () => {
  it('keeps its id and its connection, which learns the new role with the next token', async () => {
    const guest = await api.guest();
    const client = await connect(server.url, guest.accessToken);
    const username = uniqueName();
    const answer = await api.post('/api/auth/register', guest.accessToken).send({ username, password: PASSWORD });
    expect(answer.body.user).toEqual({ ...guest.user, roles: ['player'] });
    expect(await client.send('auth:refresh', { token: answer.body.accessToken })).toMatchObject({ success: true });
    expect(client.all('system:disconnected')).toEqual([]);
    expect((await login(username)).body.user.id).toBe(guest.user.id);
  });
});

describe('the account', () => {
  it('is part of what a connection gets first', async () => {
    const player = await registerPlayer(server.url);
    const client = await connect(server.url, player.accessToken);
    const { profile } = await client.event('system:sync');
    expect(profile).toMatchObject({
      id: player.id,
      displayName: player.name,
      login: player.login,
      roles: ['player'],
      isGuest: false,
    });
  });

  it('is exported with all that belongs to it, and nothing secret', async () => {
    const player = await registerPlayer(server.url);
    const { body, text } = await api.get('/api/me/export', player.accessToken);
    expect(body).toMatchObject({
      account: { id: player.id, displayName: player.name, login: player.login },
      characters: [],
    });
    expect(text).not.toMatch(/scrypt|hash|token/i);
  });

  it('is deleted with the right password, at once and for good', async () => {
    const player = await registerPlayer(server.url);
    const client = await connect(server.url, player.accessToken);
    const remove = (body: object) => codeOf(api.delete('/api/me', player.accessToken).send(body));
    expect(await remove({})).toBe('401 BAD_CREDENTIALS');
    expect(await remove({ password: 'wrong' })).toBe('401 BAD_CREDENTIALS');
    expect(await remove({ password: PASSWORD })).toBe('ok');
    expect(await client.event('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT' });
    expect(await codeOf(api.get('/api/me', player.accessToken))).toBe('401 INVALID_TOKEN');
    expect(await codeOf(login(player.login))).toBe('401 BAD_CREDENTIALS');
    expect((await registerPlayer(server.url, player.login)).id).not.toBe(player.id);
  });

  it('gets a new password, and all other sessions end with the old one', async () => {
    const player = await registerPlayer(server.url);
    const client = await connect(server.url, player.accessToken);
    const newPassword = 'staple correct horse';
    const change = (currentPassword: string) =>
      api.post('/api/auth/password', player.accessToken).send({ currentPassword, newPassword });
    expect(await codeOf(change('wrong'))).toBe('401 BAD_CREDENTIALS');
    const { status, body } = await change(PASSWORD);
    expect([status, body.user.id]).toEqual([200, player.id]);
    expect(await client.event('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT' });
    expect(await codeOf(api.get('/api/me', player.accessToken))).toBe('401 INVALID_TOKEN');
    expect(await codeOf(api.get('/api/me', body.accessToken))).toBe('ok');
    expect(await codeOf(login(player.login, newPassword))).toBe('ok');
  });
});

describe('administrators', () => {
  const overview = ({ accessToken }: Pick<Player, 'accessToken'>) =>
    codeOf(api.get('/api/admin/overview', accessToken));

  it('are those the configuration names, and those who are appointed beside the running server', async () => {
    const boss = await registerAdmin(server.url, 'Boss');
    const anna = await registerPlayer(server.url);
    expect(await overview(boss)).toBe('ok');
    const environment = { DATABASE_URL: database.url };
    // The node remembers the roles of a token for a while.
    expect(await overview(anna)).toBe('403 FORBIDDEN');
    expect(await adminGrant(anna.login.toUpperCase(), environment)).toBe(`${anna.login} is an administrator now.`);
    expect(await adminGrant(anna.login, environment)).toBe(`${anna.login} is an administrator already.`);
    expect(await overview(anna)).toBe('ok');
    expect(await codeOf(api.post('/api/auth/register').send({ username: 'BOSS', password: PASSWORD }))).toBe(
      '409 NAME_TAKEN',
    );
    const guest = await api.guest();
    await expect(adminGrant(guest.user.name, environment)).rejects.toThrow('is a guest');
    await expect(adminGrant('nobody', environment)).rejects.toThrow('register it first');
    expect(await overview(guest)).toBe('403 FORBIDDEN');
  });
});
