/** The admin API for one user: details, roles, log-out and export, and what the user notices of them. */
import { isUUID } from 'class-validator';
import { NodeIdentity } from '@aeturnis/platform';
import { connect, type Player, playAsGuest, postJson, registerPlayer } from '../support/clients/client';
import { callApi, type HttpAnswer } from '../support/clients/http';
import { useAdministration } from '../support/domains/administration';
import { useGame } from '../support/servers/game';

const game = useGame({ ADMIN_USERS: 'boss', LIMITS: 'off' });
const administration = useAdministration(game);

const UNKNOWN_USER = '00000000-0000-4000-8000-000000000000';
const REASON = { reason: 'See the letter of 17 May' };

const logIn = ({ login, password }: Player): Promise<HttpAnswer> =>
  callApi(game.server.url, 'POST', '/api/auth/login', { body: { username: login, password } });

it.each<[method: string, path: string, body: object | undefined]>([
  ['GET', '', undefined],
  ['GET', '/notes', undefined],
  ['GET', '/export', undefined],
  ['POST', '/notes', { text: 'hello' }],
  ['PUT', '/roles', { roles: ['player'], ...REASON }],
  ['POST', '/log-out', REASON],
])('%s /api/admin/users/:id%s: requires an existing user, and records nothing else', async (method, path, body) => {
  const before = await administration.newestRecord();
  expect(await administration.users(method, `${UNKNOWN_USER}${path}`, body)).toMatchObject({
    status: 404,
    body: { error: { code: 'NOT_FOUND' } },
  });
  expect((await administration.users(method, `anna${path}`, body)).status).toBe(400);
  expect(await administration.newestRecord()).toEqual(before);
});

describe('the details of a user', () => {
  it('show the account, and no secret of it', async () => {
    const anna = await registerPlayer(game.server.url, undefined, { email: 'anna@example.com' });
    const shown = await administration.details(anna);
    expect(shown).toEqual({
      id: anna.id,
      login: anna.login,
      displayName: anna.name,
      email: 'anna@example.com',
      roles: ['player'],
      status: 'active',
      isGuest: false,
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
      online: false,
      nodes: [],
      sessions: [
        {
          id: expect.any(String),
          createdAt: expect.any(String),
          lastUsedAt: expect.any(String),
          expiresAt: expect.any(String),
        },
      ],
      notes: { notes: [] },
    });
    expect(JSON.stringify(shown)).not.toMatch(/password|hash|token|\$(argon2|scrypt)/i);
  });

  it('show the connections of the user by node', async () => {
    const anna = await game.join();
    await game.connect(anna);
    const { node } = game.server.app.get(NodeIdentity);
    expect(await administration.details(anna)).toMatchObject({
      online: true,
      nodes: [{ nodeId: node, connections: 2 }],
    });
  });

  it('show the ban with its reason and its end', async () => {
    const anna = await registerPlayer(game.server.url);
    const until = '2100-01-01T00:00:00.000Z';
    await administration.users('POST', `${anna.id}/ban`, { reason: 'spam', until });
    expect(await administration.details(anna)).toMatchObject({
      status: 'banned',
      banReason: 'spam',
      bannedUntil: until,
    });
    await administration.users('POST', `${anna.id}/unban`);
    const { status, banReason, bannedUntil } = await administration.details(anna);
    expect({ status, banReason, bannedUntil }).toEqual({
      status: 'active',
      banReason: undefined,
      bannedUntil: undefined,
    });
  });

  it('show the live sessions, the latest login first, each with the time of its login after refreshes', async () => {
    interface Shown {
      id: string;
      createdAt: string;
      lastUsedAt: string;
    }
    const sessionsOf = async (player: Player): Promise<Shown[]> =>
      (await administration.details(player))['sessions'] as Shown[];
    const anna = await registerPlayer(game.server.url);
    const [first] = await sessionsOf(anna);
    expect(first?.lastUsedAt).toBe(first?.createdAt);
    await logIn(anna);
    const [second, again] = await sessionsOf(anna);
    expect(again).toEqual(first);
    expect(isUUID(second?.id)).toBe(true);
    expect(second?.id).not.toBe(first?.id);

    const { refreshToken } = await postJson<Player>(game.server.url, '/api/auth/refresh', {
      refreshToken: anna.refreshToken,
    });
    // As after the time in which an exchanged token may be used twice: the next exchange removes the first token.
    await administration.query(
      `update refresh_tokens set used_at = used_at - interval '1 hour' where account_id = $1`,
      [anna.id],
    );
    const next = await postJson<Player>(game.server.url, '/api/auth/refresh', { refreshToken });
    const [, refreshed] = await sessionsOf(anna);
    expect(refreshed).toMatchObject({ id: first?.id, createdAt: first?.createdAt });
    expect(refreshed?.lastUsedAt).not.toBe(first?.lastUsedAt);

    await callApi(game.server.url, 'POST', '/api/auth/logout', { body: { refreshToken: next.refreshToken } });
    expect(await sessionsOf(anna)).toEqual([second]);
  });
});

describe('the roles of a user', () => {
  it('apply to open connections at once, when they are granted and when they are withdrawn', async () => {
    const anna = await game.join();
    expect(await anna.client.send('admin:subscribe')).toMatchObject({ success: false, error: { code: 'FORBIDDEN' } });
    expect((await administration.setRoles(anna, ['player', 'admin'])).status).toBe(204);
    expect(await administration.newestRecord()).toMatchObject({
      actor: { id: administration.boss.id },
      action: 'user.roles',
      target: anna.id,
      details: { before: ['player'], roles: ['player', 'admin'], ...REASON },
    });
    expect(await anna.client.send('admin:subscribe')).toEqual({ success: true });
    expect((await administration.users('GET', anna.id, undefined, anna)).status).toBe(200);
    expect((await administration.setRoles(anna, ['player', 'moderator'])).status).toBe(204);
    expect(await anna.client.send('admin:subscribe')).toMatchObject({ success: false, error: { code: 'FORBIDDEN' } });
    expect((await administration.users('GET', anna.id, undefined, anna)).status).toBe(403);
    expect(await administration.details(anna)).toMatchObject({ roles: ['player', 'moderator'] });
  });

  it('are refused if they would not last, or would lock administrators out', async () => {
    const [guest, banned, anna] = [
      await playAsGuest(game.server.url),
      await registerPlayer(game.server.url),
      await registerPlayer(game.server.url),
    ];
    await administration.users('POST', `${banned.id}/ban`, { reason: 'spam' });
    const before = await administration.newestRecord();
    expect(await administration.setRoles(guest, ['player', 'moderator'])).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT' } },
    });
    expect(await administration.setRoles(banned, ['player', 'admin'])).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT' } },
    });
    expect(await administration.setRoles(administration.boss, ['player'])).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    });
    for (const roles of [[], ['admin'], ['guest'], ['player', 'player'], ['player', 'owner'], 'player', null])
      expect(await administration.setRoles(anna, roles as string[])).toMatchObject({
        status: 400,
        body: { error: { code: 'VALIDATION' } },
      });
    expect((await administration.users('PUT', `${anna.id}/roles`, { roles: ['player', 'moderator'] })).status).toBe(
      400,
    );
    expect(await administration.newestRecord()).toEqual(before);
    expect([(await administration.details(guest))['roles'], (await administration.details(banned))['roles']]).toEqual([
      ['guest'],
      ['player'],
    ]);
    expect((await administration.setRoles(administration.boss, ['player', 'moderator', 'admin'])).status).toBe(204);
    expect((await administration.setRoles(banned, ['player', 'moderator'])).status).toBe(204);
  });

  it('of two administrators who withdraw the role of each other at once: one keeps it', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await administration.createDeputy(), await administration.createDeputy()];
      const answers = await Promise.all([
        administration.setRoles(other, ['player'], one),
        administration.setRoles(one, ['player'], other),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
    }
  });
});

describe('logging a user out', () => {
  it('ends all sessions and connections; the user may log in again', async () => {
    const anna = await game.join();
    const { accessToken, refreshToken } = (await logIn(anna)).body as unknown as Player;
    const second = await connect(game.server.url, accessToken);
    const bystander = await game.join();
    expect((await administration.users('POST', `${anna.id}/log-out`, REASON)).status).toBe(204);
    for (const client of [anna.client, second])
      expect(await client.waitForEvent('system:disconnected')).toMatchObject({ code: 'LOGGED_OUT', reconnect: false });
    for (const token of [anna.accessToken, accessToken]) {
      await expect(connect(game.server.url, token)).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
      expect((await administration.call('GET', 'me', undefined, { accessToken: token })).status).toBe(401);
    }
    for (const token of [anna.refreshToken, refreshToken]) {
      const refreshed = await callApi(game.server.url, 'POST', '/api/auth/refresh', { body: { refreshToken: token } });
      expect(refreshed).toMatchObject({ status: 401, body: { error: { code: 'INVALID_TOKEN' } } });
    }
    expect(await administration.details(anna)).toMatchObject({ online: false, nodes: [], sessions: [] });
    expect(await administration.newestRecord()).toMatchObject({
      action: 'user.log-out',
      target: anna.id,
      details: REASON,
    });
    await bystander.client.roundTrip();
    expect((await logIn(anna)).status).toBe(200);
  });

  it('requires a reason, and may be used for oneself', async () => {
    const deputy = await administration.createDeputy();
    expect((await administration.users('POST', `${deputy.id}/log-out`, {}, deputy)).status).toBe(400);
    expect((await administration.users('POST', `${deputy.id}/log-out`, REASON, deputy)).status).toBe(204);
    expect((await administration.users('GET', deputy.id, undefined, deputy)).status).toBe(401);
    expect((await logIn(deputy)).status).toBe(200);
  });
});

describe('the export of a user by an administrator', () => {
  it('is the one that the user gets, and is recorded', async () => {
    const anna = await game.play();
    const own = await administration.call('GET', 'me/export', undefined, anna);
    expect(own.body).toMatchObject({ account: { id: anna.id }, characters: [{ id: anna.character.id }] });
    const { status, body } = await administration.users('GET', `${anna.id}/export`);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(Object.keys(own.body));
    expect(body).toEqual(own.body);
    expect(await administration.newestRecord()).toMatchObject({
      actor: { id: administration.boss.id },
      action: 'user.export',
      target: anna.id,
      details: {},
    });
  });
});
