/** The admin API: overview, announcements, disconnects, bans, and the audit of them. */
import { NodeIdentity } from '@aeturnis/platform';
import { AccountsService } from '../../apps/server/src/accounts';
import { connect, registerAdmin, registerPlayer, type Player } from '../support/clients/client';
import { type JoinedPlayer, useGame } from '../support/servers/game';
import { type HttpAnswer, callApi } from '../support/clients/http';

// These tests send more requests than the limits allow an administrator per minute.
const game = useGame({ ADMIN_USERS: 'boss', LIMITS: 'off' });
let boss: Player;
beforeAll(async () => {
  boss = await registerAdmin(game.server.url);
});

const UNKNOWN_USER = '00000000-0000-4000-8000-000000000000';

const get = (path: string): Promise<HttpAnswer> =>
  callApi(game.server.url, 'GET', `/api/admin/${path}`, { token: boss.accessToken });
const post = (path: string, body: object = {}): Promise<HttpAnswer> =>
  callApi(game.server.url, 'POST', `/api/admin/${path}`, { token: boss.accessToken, body });
const ban = (player: Player, more: object = {}): Promise<HttpAnswer> =>
  post(`users/${player.id}/ban`, { reason: 'spam', ...more });

const login = (player: Player): Promise<HttpAnswer> =>
  callApi(game.server.url, 'POST', '/api/auth/login', { body: { username: player.login, password: player.password } });
const me = (player: Player): Promise<HttpAnswer> =>
  callApi(game.server.url, 'GET', '/api/me', { token: player.accessToken });

const newestRecord = async (): Promise<unknown> => ((await get('audit?limit=1')).body['records'] as unknown[])[0];

describe('the overview', () => {
  it('shows nodes, players, rooms and stores', async () => {
    const anna = await game.play();
    const { status, body } = await get('overview');
    expect(status).toBe(200);
    expect(body).toEqual({
      nodes: [
        {
          nodeId: game.server.app.get(NodeIdentity).node,
          answered: true,
          connections: 1,
          users: 1,
          rooms: expect.objectContaining({ user: 1, zone: 1, global: 2, character: 1 }),
          uptimeSeconds: expect.any(Number),
          memoryBytes: { resident: expect.any(Number), heapUsed: expect.any(Number) },
        },
      ],
      onlineUsers: 1,
      database: { state: 'ready', latencyMs: expect.any(Number) },
      redis: { state: 'off' },
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(anna.client.socket.connected).toBe(true);
  });
});

describe('the list of users', () => {
  it('is searched by the start of a name, and paged', async () => {
    for (const wrong of ['query=%00', 'query=%25', 'cursor=%00', 'query[]=a', 'limit=0', 'sort=name']) {
      expect(await get(`users?${wrong}`)).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    }
    for (const name of ['Searched_ä', 'searched_b', 'searched_c'])
      await registerPlayer(game.server.url, undefined, { displayName: name });
    const first = await get('users?query=SEARCHED_&limit=2');
    expect(first.status).toBe(200);
    const names = ({ body }: HttpAnswer): string[] =>
      (body['users'] as { displayName: string }[]).map(({ displayName }) => displayName);
    expect(names(first)).toEqual(['searched_b', 'searched_c']);
    const second = await get(`users?query=SEARCHED_&limit=2&cursor=${encodeURIComponent(String(first.body['next']))}`);
    expect(names(second)).toEqual(['Searched_ä']);
    expect(second.body['next']).toBeUndefined();
    const { login, name } = await registerPlayer(game.server.url);
    expect(names(await get(`users?login=${login.toUpperCase()}`))).toEqual([name]);
    expect(names(await get('users?login=nobody_at_all'))).toEqual([]);
  });
});

describe('a search for a part of a name', () => {
  const search = async (query: string): Promise<unknown> => {
    const { body } = await get(`users?query=${encodeURIComponent(query)}`);
    return (body['users'] as { displayName: string }[] | undefined)?.map(({ displayName }) => displayName);
  };

  it.each(['アン・ナ', 'Gal‧la', 'བསྟན་འཛིན', 'צה״ל', 'ג׳ורג', 'Ab֊cd', 'ア゠イ', 'Él’se‐a_b.c'])(
    'finds %s by its whole name and by its beginnings',
    async (displayName) => {
      await registerPlayer(game.server.url, undefined, { displayName });
      const beginnings = Array.from(displayName, (_, index) => displayName.slice(0, index + 1));
      for (const beginning of beginnings.slice(1)) {
        expect([beginning, await search(beginning)]).toEqual([beginning, expect.arrayContaining([displayName])]);
      }
      expect(await search(displayName.normalize('NFD'))).toEqual([displayName]);
    },
  );

  it('continues after any name', async () => {
    for (const displayName of ['ペア・ア', 'ペア・イ', 'ペア・ウ'])
      await registerPlayer(game.server.url, undefined, { displayName });
    const { body } = await get(`users?query=${encodeURIComponent('ペア')}&limit=2`);
    expect(body['next']).toBe('ペア・イ');
    const rest = await get(`users?query=${encodeURIComponent('ペア')}&cursor=${encodeURIComponent('ペア・イ')}`);
    expect(rest.body).toMatchObject({ users: [{ displayName: 'ペア・ウ' }] });
  });

  it.each(['query', 'cursor', 'login'])('explains what is wrong with a %s', async (field) => {
    const { status, body } = await get(`users?${field}=%25`);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toMatch(new RegExp(`${field} must be a (part of a name|username): `));
    expect(JSON.stringify(body)).not.toContain('regular expression');
  });
});

describe('an announcement', () => {
  const announcementsOf = async (player: JoinedPlayer): Promise<unknown[]> => {
    await player.client.roundTrip();
    return player.client.eventsNamed('system:announcement');
  };

  it.each(['all', 'zone', 'user'] as const)('to %s reaches its recipients, and no other client', async (target) => {
    const [included, other] = [await game.play(), await game.join()];
    const id = { all: undefined, zone: 'starting_village', user: included.id }[target];
    const { status, body } = await post('broadcasts', { target, id, message: '<b>Restart</b>', level: 'warning' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      message: '<b>Restart</b>',
      level: 'warning',
      createdAt: expect.any(String),
    });
    expect(await included.client.waitForEvent('system:announcement')).toEqual(body);
    expect(await announcementsOf(other)).toEqual(target === 'all' ? [body] : []);
    expect(await newestRecord()).toEqual({
      id: body['id'],
      actor: { id: boss.id, name: boss.name },
      action: 'broadcast',
      target: id ?? null,
      details: { target, message: '<b>Restart</b>', level: 'warning' },
      createdAt: body['createdAt'],
    });
  });

  it.each([
    [{ target: 'zone', id: 'atlantis' }, 404],
    [{ target: 'user', id: UNKNOWN_USER }, 404],
    [{ target: 'user', id: 'anna' }, 404],
    [{ target: 'zone' }, 400],
    [{ target: 'all', id: 'starting_village' }, 400],
    [{ target: 'guild', id: UNKNOWN_USER }, 400],
    [{ target: 'all', level: 'shout' }, 400],
    [{ target: 'all', message: ' ' }, 400],
    [{ target: 'all', message: 'x'.repeat(1001) }, 400],
    [{ target: 'all', id: null, surprise: 1 }, 400],
  ])('with %j is refused and leaves no record', async (wrong, status) => {
    const before = await newestRecord();
    const answer = await post('broadcasts', { message: 'hello', level: 'info', ...wrong });
    expect(answer).toMatchObject({ status, body: { error: { code: status === 404 ? 'NOT_FOUND' : 'VALIDATION' } } });
    expect(await newestRecord()).toEqual(before);
  });
});

describe('disconnecting a user', () => {
  it('ends all connections; the user may reconnect', async () => {
    const anna = await game.join();
    const second = await game.connect(anna);
    expect((await post(`users/${anna.id.toUpperCase()}/disconnect`)).status).toBe(204);
    for (const client of [anna.client, second]) {
      expect(await client.waitForEvent('system:disconnected')).toMatchObject({ code: 'KICKED', reconnect: false });
    }
    await connect(game.server.url, anna.accessToken);
    expect(await newestRecord()).toMatchObject({
      action: 'user.disconnect',
      target: anna.id,
      actor: { name: boss.name },
    });
  });

  it('requires an existing user', async () => {
    expect((await post(`users/${UNKNOWN_USER}/disconnect`)).status).toBe(404);
    expect((await post('users/anna/disconnect')).status).toBe(400);
  });
});

describe('a ban', () => {
  it('ends the live connection and refuses every login, until it is lifted', async () => {
    const anna = await game.join();
    const ended = new Promise((resolve) => anna.client.socket.once('disconnect', resolve));
    expect((await post(`users/${anna.id.toUpperCase()}/ban`, { reason: 'spam' })).status).toBe(204);
    expect(await anna.client.waitForEvent('system:disconnected')).toMatchObject({
      code: 'ACCOUNT_DISABLED',
      reconnect: false,
    });
    expect(await ended).toBe('io server disconnect');
    await expect(connect(game.server.url, anna.accessToken)).rejects.toMatchObject({
      data: { code: 'ACCOUNT_DISABLED' },
    });
    expect(await login(anna)).toMatchObject({ status: 403, body: { error: { code: 'ACCOUNT_DISABLED' } } });
    expect(await me(anna)).toMatchObject({ status: 403, body: { error: { code: 'ACCOUNT_DISABLED' } } });
    expect(await newestRecord()).toMatchObject({
      action: 'user.ban',
      target: anna.id,
      details: { reason: 'spam', until: null },
    });

    expect((await post(`users/${anna.id}/unban`)).status).toBe(204);
    expect((await login(anna)).status).toBe(200);
    expect(await newestRecord()).toMatchObject({ action: 'user.unban', target: anna.id });
  });

  it('can have an end', async () => {
    const anna = await registerPlayer(game.server.url);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect((await ban(anna, { until })).status).toBe(204);
    expect(await login(anna)).toMatchObject({
      status: 403,
      body: { error: { code: 'ACCOUNT_DISABLED', details: { reason: 'spam', until } } },
    });
    expect(await newestRecord()).toMatchObject({ details: { until } });
  });

  it('is refused for administrators, also for oneself', async () => {
    const deputy = await registerPlayer(game.server.url);
    await grantAdmin(deputy);
    const before = await newestRecord();
    for (const admin of [boss, deputy]) {
      expect(await ban(admin)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
      expect((await login(admin)).status).toBe(200);
    }
    expect(await newestRecord()).toEqual(before);
  });

  it('requires an existing user, a reason, and an end in the future', async () => {
    const anna = await registerPlayer(game.server.url);
    expect((await post(`users/${UNKNOWN_USER}/ban`, { reason: 'spam' })).status).toBe(404);
    expect((await post(`users/${UNKNOWN_USER}/unban`)).status).toBe(404);
    for (const wrong of [
      { reason: '' },
      { reason: 'x'.repeat(201) },
      { until: 'soon' },
      { until: '2031-W01-1' },
      { until: '2031-366' },
      { until: '2020-01-01T00:00:00Z' },
      { until: 4_000_000_000_000 },
      { roles: ['admin'] },
    ]) {
      expect(await ban(anna, wrong)).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    }
    expect((await login(anna)).status).toBe(200);
  });
});

describe('the audit', () => {
  it('is read from the newest record backwards, page by page', async () => {
    for (const message of ['one', 'two', 'three']) await post('broadcasts', { target: 'all', message, level: 'info' });
    const messages = ({ body }: HttpAnswer): unknown[] =>
      (body['records'] as { details: { message?: string } }[]).map(({ details }) => details.message);
    const newest = await get('audit?limit=2');
    expect(messages(newest)).toEqual(['three', 'two']);
    expect(messages(await get(`audit?limit=1&cursor=${String(newest.body['next'])}`))).toEqual(['one']);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=-1', 'since=1'])('refuses %s', async (query) => {
    expect(await get(`audit?${query}`)).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
  });
});

async function grantAdmin(player: Player): Promise<void> {
  await game.server.app.get(AccountsService, { strict: false }).setRoles(player.id, ['player', 'admin']);
}
