/** Nobody but an administrator gets anything of the admin API, on any route, with any token. */
import { AccountsService } from '../../apps/server/src/accounts';
import { closeClients, connect, type Player, registerAdmin, registerPlayer } from '../support/client';
import { type Game, startGame } from '../support/game';
import { call } from '../support/http';

let game: Game;
let boss: Player;
let anna: Player;
beforeAll(async () => {
  game = await startGame({ ADMIN_USERS: 'boss' });
  boss = await registerAdmin(game.server.url);
  anna = await registerPlayer(game.server.url);
});
afterEach(closeClients);
afterAll(() => game.close());

const ROUTES: [method: string, path: string, body?: object][] = [
  ['GET', 'overview'],
  ['GET', 'users'],
  ['GET', 'audit'],
  ['POST', 'broadcasts', { target: 'all', message: 'hello', level: 'info' }],
  ['POST', 'users/ID/disconnect', {}],
  ['POST', 'users/ID/ban', { reason: 'spam' }],
  ['POST', 'users/ID/unban', {}],
];

const ask = async (method: string, path: string, body: object | undefined, token?: string) => {
  const target = await registerPlayer(game.server.url);
  const options = { ...(token === undefined ? {} : { token }), ...(body === undefined ? {} : { body }) };
  return call(game.server.url, method, `/api/admin/${path.replace('ID', target.id)}`, options);
};

describe.each(ROUTES)('%s /api/admin/%s', (method, path, body) => {
  it('is closed to strangers', async () => {
    expect(await ask(method, path, body)).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
    expect(await ask(method, path, body, 'rubbish')).toMatchObject({
      status: 401,
      body: { error: { code: 'INVALID_TOKEN' } },
    });
  });

  it('is closed to players, also where the request is invalid', async () => {
    for (const sent of [body, body && { surprise: true }]) {
      expect(await ask(method, path, sent, anna.accessToken)).toMatchObject({
        status: 403,
        body: { error: { code: 'FORBIDDEN', requestId: expect.any(String) } },
      });
    }
  });

  it('is open to administrators', async () => {
    const { status } = await ask(method, path, body, boss.accessToken);
    expect(status).toBeLessThan(300);
  });
});

it('a refused request leaves no record', async () => {
  const { body } = await call(game.server.url, 'GET', '/api/admin/audit?limit=100', { token: boss.accessToken });
  const actors = (body['records'] as { actor: { name: string } }[]).map(({ actor }) => actor.name);
  expect(new Set(actors)).toEqual(new Set([boss.name]));
});

it('a role that is taken away is gone for tokens that were made before', async () => {
  const deputy = await registerPlayer(game.server.url);
  const accounts = game.server.app.get(AccountsService, { strict: false });
  const overview = () => call(game.server.url, 'GET', '/api/admin/overview', { token: deputy.accessToken });
  await accounts.setRoles(deputy.id, ['player', 'admin']);
  expect((await overview()).status).toBe(200);
  await accounts.setRoles(deputy.id, ['player']);
  expect((await overview()).status).toBe(403);
});

it('a list of users tells no address, hash or token', async () => {
  const { body } = await call(game.server.url, 'GET', '/api/admin/users?limit=100', { token: boss.accessToken });
  expect(JSON.stringify(body)).not.toMatch(/password|hash|token|\$(argon2|scrypt)/i);
});

it('an announcement is not to be had by players under its own name', async () => {
  const [client, other] = [
    await connect(game.server.url, anna.accessToken),
    await connect(game.server.url, boss.accessToken),
  ];
  const forged = await client.send('system:announcement', { id: '1', message: 'free gold', level: 'critical' });
  expect(forged).toMatchObject({ success: false, error: { code: 'UNKNOWN_EVENT' } });
  await other.settled();
  expect(other.all('system:announcement')).toEqual([]);
});
