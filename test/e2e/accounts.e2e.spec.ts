/** Accounts over HTTP, from registration to deletion, for clients with and without cookies. */
import { adminGrant } from '../../apps/server/src/admin-grant';
import {
  closeClients,
  connect,
  type Player,
  registerAdmin,
  registerPlayer,
  uniqueName,
} from '../support/clients/client';
import { Api, type ApiSession } from '../support/clients/api';
import { usePrivateServer } from '../support/servers/private-server';

const PASSWORD = 'correct horse battery';
const server = usePrivateServer({ ADMIN_USERS: 'boss' });
const api = new Api(server);

afterEach(closeClients);

const login = (username: string, password = PASSWORD) => api.post('/api/auth/login').send({ username, password });
const codeOf = async (call: PromiseLike<{ status: number; body: { error?: { code: string } } }>): Promise<string> => {
  const { status, body } = await call;
  return status < 300 ? 'ok' : `${status} ${body.error?.code ?? ''}`;
};

describe('a session', () => {
  it('begins with registration or login, is shown, continues with a refresh and ends with logout', async () => {
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
    const { refreshToken } = loggedIn.body as ApiSession;
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

  it('ends by its access token too, and a second logout does no harm', async () => {
    const { accessToken } = await api.guest();
    expect(await codeOf(api.post('/api/auth/logout', accessToken))).toBe('ok');
    expect(await codeOf(api.get('/api/me', accessToken))).toBe('401 INVALID_TOKEN');
    expect(await codeOf(api.post('/api/auth/logout', accessToken))).toBe('ok');
    expect(await codeOf(api.post('/api/auth/logout').send({ refreshToken: 'unknown' }))).toBe('ok');
    expect(await codeOf(api.post('/api/auth/refresh'))).toBe('401 MISSING_TOKEN');
  });

  it('that ends closes its own connections, and no others', async () => {
    const player = await registerPlayer(server.url);
    const other = (await login(player.login)).body as ApiSession;
    const [ended, open] = await Promise.all([
      connect(server.url, player.accessToken),
      connect(server.url, other.accessToken),
    ]);
    await api.post('/api/auth/logout').send({ refreshToken: player.refreshToken });
    expect(await ended.waitForEvent('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT', reconnect: false });
    await open.roundTrip();
    await expect(connect(server.url, player.accessToken)).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  });
});

describe('cookies', () => {
  const cookiesOf = (answer: { headers: Record<string, unknown> }): string[] =>
    answer.headers['set-cookie'] as string[];
  const sent = (cookies: string[]): string => cookies.map((cookie) => cookie.split(';')[0]).join('; ');

  it('are out of reach for scripts and other sites', async () => {
    const cookies = cookiesOf(await api.post('/api/auth/guest'));
    expect(cookies).toEqual([
      expect.stringMatching(/^accessToken=eyJ.*; Max-Age=900; Path=\/; .*HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^refreshToken=[\w-]{64}; Max-Age=2592000; Path=\/api\/auth; .*HttpOnly; SameSite=Lax$/),
    ]);
  });

  it('authorise reads without an origin, and writes only from allowed origins', async () => {
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

  it('do not authorise links, images and requests of foreign pages, which browsers send them with', async () => {
    const cookie = sent(cookiesOf(await api.post('/api/auth/guest')));
    const read = (site: string, origin?: string, path = '/api/me') =>
      api
        .get(path)
        .set({ Cookie: cookie, 'Sec-Fetch-Site': site, ...(origin === undefined ? {} : { Origin: origin }) });
    for (const site of ['cross-site', 'same-site']) {
      expect(await codeOf(read(site))).toBe('403 FORBIDDEN');
      expect(await codeOf(read(site, undefined, '/api/me/export'))).toBe('403 FORBIDDEN');
      expect(await codeOf(read(site, 'https://evil.example'))).toBe('403 FORBIDDEN');
      expect(await codeOf(read(site, 'http://localhost:5173'))).toBe('ok');
    }
    for (const site of ['same-origin', 'none']) expect(await codeOf(read(site))).toBe('ok');
  });

  it('are ignored when the token itself is sent', async () => {
    const { accessToken } = await api.guest();
    const foreign = api
      .delete('/api/me', accessToken)
      .set('Origin', 'https://evil.example')
      .set('Cookie', 'accessToken=x');
    expect(await codeOf(foreign)).toBe('ok');
  });
});

describe('a guest that registers', () => {
  it('keeps its id and its connection, which gets the new role with the next token', async () => {
    const guest = await api.guest();
    const client = await connect(server.url, guest.accessToken);
    const username = uniqueName();
    const answer = await api.post('/api/auth/register', guest.accessToken).send({ username, password: PASSWORD });
    expect(answer.body.user).toEqual({ ...guest.user, roles: ['player'] });
    expect(await client.send('auth:refresh', { token: answer.body.accessToken })).toMatchObject({ success: true });
    expect(client.eventsNamed('system:disconnected')).toEqual([]);
    expect((await login(username)).body.user.id).toBe(guest.user.id);
  });
});

describe('the account', () => {
  it('is part of the first sync of a connection', async () => {
    const player = await registerPlayer(server.url);
    const client = await connect(server.url, player.accessToken);
    const { profile } = await client.waitForEvent('system:sync');
    expect(profile).toMatchObject({
      id: player.id,
      displayName: player.name,
      login: player.login,
      roles: ['player'],
      isGuest: false,
    });
  });

  it('is exported with all its data, and nothing secret', async () => {
    const player = await registerPlayer(server.url);
    const { body, text } = await api.get('/api/me/export', player.accessToken);
    expect(body).toMatchObject({
      account: { id: player.id, displayName: player.name, login: player.login },
      characters: [],
    });
    expect(text).not.toMatch(/scrypt|hash|token/i);
  });

  it('is deleted with the right password, at once and permanently', async () => {
    const player = await registerPlayer(server.url);
    const client = await connect(server.url, player.accessToken);
    const remove = (body: object) => codeOf(api.delete('/api/me', player.accessToken).send(body));
    expect(await remove({})).toBe('401 BAD_CREDENTIALS');
    expect(await remove({ password: 'wrong' })).toBe('401 BAD_CREDENTIALS');
    expect(await remove({ password: PASSWORD })).toBe('ok');
    expect(await client.waitForEvent('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT' });
    expect(await codeOf(api.get('/api/me', player.accessToken))).toBe('401 INVALID_TOKEN');
    expect(await codeOf(login(player.login))).toBe('401 BAD_CREDENTIALS');
    expect((await registerPlayer(server.url, player.login)).id).not.toBe(player.id);
  });

  it('gets a new password, and all other sessions end', async () => {
    const player = await registerPlayer(server.url);
    const client = await connect(server.url, player.accessToken);
    const newPassword = 'staple correct horse';
    const change = (currentPassword: string) =>
      api.post('/api/auth/password', player.accessToken).send({ currentPassword, newPassword });
    expect(await codeOf(change('wrong'))).toBe('401 BAD_CREDENTIALS');
    const { status, body } = await change(PASSWORD);
    expect([status, body.user.id]).toEqual([200, player.id]);
    expect(await client.waitForEvent('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT' });
    expect(await codeOf(api.get('/api/me', player.accessToken))).toBe('401 INVALID_TOKEN');
    expect(await codeOf(api.get('/api/me', body.accessToken))).toBe('ok');
    expect(await codeOf(login(player.login, newPassword))).toBe('ok');
  });
});

describe('administrators', () => {
  const overview = ({ accessToken }: Pick<Player, 'accessToken'>) =>
    codeOf(api.get('/api/admin/overview', accessToken));

  it('are the users named in the configuration, and those appointed by the command line', async () => {
    const boss = await registerAdmin(server.url, 'Boss');
    const anna = await registerPlayer(server.url);
    expect(await overview(boss)).toBe('ok');
    const environment = { DATABASE_URL: server.databaseUrl };
    // The node caches the roles of a token for a while.
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
