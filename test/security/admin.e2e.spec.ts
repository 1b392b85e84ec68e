/** The admin API refuses every caller who is not an administrator, on every route and with every kind of token. */
import { AccountsService } from '../../apps/server/src/accounts';
import { connect, type Player, registerAdmin, registerPlayer, waitUntil } from '../support/clients/client';
import { useGame } from '../support/servers/game';
import { callApi } from '../support/clients/http';

const game = useGame({ ADMIN_USERS: 'boss' });
let boss: Player;
let anna: Player;
beforeAll(async () => {
  boss = await registerAdmin(game.server.url);
  anna = await registerPlayer(game.server.url);
});

const ROUTES: [method: string, path: string, body?: object][] = [
  ['GET', 'overview'],
  ['GET', 'figures'],
  ['GET', 'nodes'],
  ['GET', 'sockets'],
  ['GET', 'rooms'],
  ['GET', 'rooms/global:chat/members'],
  ['GET', 'limits'],
  ['GET', 'log-level'],
  ['PUT', 'log-level', { level: 'error', reason: 'quiet' }],
  ['POST', 'broadcasts/preview', { target: 'all' }],
  ['GET', 'users'],
  ['GET', 'audit'],
  ['POST', 'broadcasts', { target: 'all', message: 'hello', level: 'info' }],
  ['POST', 'users/ID/disconnect', {}],
  ['POST', 'users/ID/ban', { reason: 'spam' }],
  ['POST', 'users/ID/unban', {}],
  ['GET', 'users/ID'],
  ['GET', 'users/ID/notes'],
  ['POST', 'users/ID/notes', { text: 'hello' }],
  ['PUT', 'users/ID/roles', { roles: ['player'], reason: 'spam' }],
  ['POST', 'users/ID/log-out', { reason: 'spam' }],
  ['GET', 'users/ID/export'],
];

const ask = async (method: string, path: string, body: object | undefined, token?: string) => {
  const target = await registerPlayer(game.server.url);
  const options = { ...(token === undefined ? {} : { token }), ...(body === undefined ? {} : { body }) };
  return callApi(game.server.url, method, `/api/admin/${path.replace('ID', target.id)}`, options);
};

describe.each(ROUTES)('%s /api/admin/%s', (method, path, body) => {
  it('answers 401 to callers without a valid token', async () => {
    expect(await ask(method, path, body)).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
    expect(await ask(method, path, body, 'rubbish')).toMatchObject({
      status: 401,
      body: { error: { code: 'INVALID_TOKEN' } },
    });
  });

  it('answers 403 to players, even when the request is invalid', async () => {
    for (const sent of [body, body && { surprise: true }]) {
      expect(await ask(method, path, sent, anna.accessToken)).toMatchObject({
        status: 403,
        body: { error: { code: 'FORBIDDEN', requestId: expect.any(String) } },
      });
    }
  });

  it('answers administrators', async () => {
    const { status } = await ask(method, path, body, boss.accessToken);
    expect(status).toBeLessThan(300);
  });
});

it('audit log: a refused request leaves no record', async () => {
  const { body } = await callApi(game.server.url, 'GET', '/api/admin/audit?limit=100', { token: boss.accessToken });
  const actors = (body['records'] as { actor: { name: string } }[]).map(({ actor }) => actor.name);
  expect(new Set(actors)).toEqual(new Set([boss.name]));
});

it('a revoked admin role no longer applies to tokens issued before the revocation', async () => {
  const deputy = await registerPlayer(game.server.url);
  const accounts = game.server.app.get(AccountsService, { strict: false });
  const overview = () => callApi(game.server.url, 'GET', '/api/admin/overview', { token: deputy.accessToken });
  await accounts.setRoles(deputy.id, ['player', 'admin']);
  expect((await overview()).status).toBe(200);
  await accounts.setRoles(deputy.id, ['player']);
  expect((await overview()).status).toBe(403);
});

it('a revoked admin role ends the figures of a connection that has subscribed to them', async () => {
  const deputy = await registerPlayer(game.server.url);
  const accounts = game.server.app.get(AccountsService, { strict: false });
  await accounts.setRoles(deputy.id, ['player', 'admin']);
  const [client, witness] = [
    await connect(game.server.url, deputy.accessToken),
    await connect(game.server.url, boss.accessToken),
  ];
  for (const subscriber of [client, witness])
    expect(await subscriber.send('admin:subscribe')).toEqual({ success: true });
  await client.waitForEvent('admin:figures');
  await accounts.setRoles(deputy.id, ['player']);
  for (const { received } of [client, witness]) received.length = 0;
  await waitUntil(() => witness.eventsNamed('admin:figures').length >= 2, 'two seconds have passed');
  expect(client.eventsNamed('admin:figures')).toEqual([]);
  expect(await client.send('admin:subscribe')).toMatchObject({ success: false, error: { code: 'FORBIDDEN' } });
});

it('the user list contains no password, hash or token', async () => {
  const { body } = await callApi(game.server.url, 'GET', '/api/admin/users?limit=100', { token: boss.accessToken });
  expect(JSON.stringify(body)).not.toMatch(/password|hash|token|\$(argon2|scrypt)/i);
});

it('a player cannot send system:announcement: the event is unknown and reaches no other client', async () => {
  const [client, other] = [
    await connect(game.server.url, anna.accessToken),
    await connect(game.server.url, boss.accessToken),
  ];
  const forged = await client.send('system:announcement', { id: '1', message: 'free gold', level: 'critical' });
  expect(forged).toMatchObject({ success: false, error: { code: 'UNKNOWN_EVENT' } });
  await other.roundTrip();
  expect(other.eventsNamed('system:announcement')).toEqual([]);
});
