/** Guessing passwords is slow, and keeps nobody out: neither an owner at home nor one at an address of its first use. */
import { Clock } from '@aeturnis/realtime';
import request from 'supertest';
import { type Attempt, PasswordAttempts } from '../../apps/server/src/accounts/auth/password-attempts';
import type { RunningServer } from '../../apps/server/src/server';
import { type Player, registerPlayer, uniqueName } from '../support/client';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

const WRONG = 'not the password';
let database: TestDatabase;
let server: RunningServer;
let player: Player;
let home: string;

beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url });
  // Buckets would fill again while a slow machine hashes.
  jest.spyOn(server.app.get(Clock), 'now').mockReturnValue(Date.now());
});
beforeEach(async () => {
  player = await registerPlayer(server.url);
  home = fresh();
  expect(await login(player.password, home)).toBe('ok');
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

let addresses = 0;
const fresh = (): string => `203.0.${++addresses >> 8}.${addresses & 255}`;

async function post(path: string, address: string, body: object, token?: string): Promise<string> {
  const sent = request(server.url).post(path).set('X-Forwarded-For', address).send(body);
  const { status, body: answer } = await (token === undefined ? sent : sent.set('Authorization', `Bearer ${token}`));
  return status < 300 ? 'ok' : (answer as { error: { code: string } }).error.code;
}

const login = (password: string, address: string, username = player.login): Promise<string> =>
  post('/api/auth/login', address, { username, password });

/** Attempts that are admitted without the cost of hashing. @returns how many were. */
async function guess(count: number, addressOf: () => string, more: Partial<Attempt> = {}): Promise<number> {
  const attempts = server.app.get(PasswordAttempts);
  const attempt = { purpose: 'login', subject: player.login.toLowerCase(), known: false, ...more } as const;
  let admitted = 0;
  for (let each = 0; each < count; each++)
    await attempts.admit({ ...attempt, address: addressOf() }).then(
      () => admitted++,
      () => undefined,
    );
  return admitted;
}

it('wrong logins from another address keep nobody out, at home or at a new address', async () => {
  const attacker = fresh();
  expect(await login(WRONG, attacker)).toBe('BAD_CREDENTIALS');
  expect(await guess(20, () => attacker)).toBe(9);
  expect(await login(player.password, attacker)).toBe('RATE_LIMITED');
  expect(await login(player.password, home)).toBe('ok');
  expect(await login(player.password, fresh())).toBe('ok');
});

it('wrong logins from home leave the right one its turn', async () => {
  expect(await login(WRONG, home)).toBe('BAD_CREDENTIALS');
  // Neither what others at this address try, nor what is tried at this account.
  await guess(30, () => home);
  expect(await guess(30, () => home, { known: true })).toBe(30);
  expect(await login(player.password, home)).toBe('ok');
});

it('many addresses that guess at one name get two attempts each, and the owner is let in everywhere', async () => {
  await guess(40, fresh);
  const attacker = fresh();
  expect(await login(WRONG, attacker)).toBe('BAD_CREDENTIALS');
  expect(await guess(5, () => attacker)).toBe(1);
  expect(await login(player.password, attacker)).toBe('RATE_LIMITED');
  expect(await login(player.password, home)).toBe('ok');
  expect(await login(player.password, fresh())).toBe('ok');
});

it('one address that guesses at many names is stopped, but for the account that knows it', async () => {
  let admitted = 0;
  for (let each = 0; each < 25; each++) admitted += await guess(1, () => home, { subject: uniqueName() });
  // One was used to log in at all.
  expect(admitted).toBe(19);
  expect(await login(WRONG, home, uniqueName())).toBe('RATE_LIMITED');
  expect(await login(player.password, home)).toBe('ok');
});

it('an IPv6 host is one address', async () => {
  expect(await guess(20, () => '2001:db8:5:6::/64')).toBe(10);
  expect(await login(player.password, '2001:db8:5:6:ffff::1')).toBe('RATE_LIMITED');
  expect(await login(player.password, '2001:db8:5:7::1')).toBe('ok');
});

it('a change of the password is counted by address too, and forgets where the old one was used', async () => {
  const attacker = fresh();
  const change = (currentPassword: string, address: string) =>
    post('/api/auth/password', address, { currentPassword, newPassword: 'a new password' }, player.accessToken);
  expect(await change(WRONG, attacker)).toBe('BAD_CREDENTIALS');
  expect(await guess(20, () => attacker, { purpose: 'password', subject: player.id })).toBe(9);
  expect(await change(player.password, attacker)).toBe('RATE_LIMITED');
  expect(await change(player.password, home)).toBe('ok');
  expect(await login('a new password', home)).toBe('ok');
});

it('a deletion of the account is counted like a change of its password', async () => {
  const attacker = fresh();
  const remove = async (password: string, address: string): Promise<number> => {
    const sent = request(server.url).delete('/api/me').set('X-Forwarded-For', address).send({ password });
    return (await sent.set('Authorization', `Bearer ${player.accessToken}`)).status;
  };
  expect(await remove(WRONG, attacker)).toBe(401);
  expect(await guess(20, () => attacker, { purpose: 'password', subject: player.id })).toBe(9);
  expect(await remove(player.password, attacker)).toBe(429);
  expect(await remove(player.password, home)).toBe(204);
});

it('unknown refresh tokens use up nothing of what good ones at the same address need', async () => {
  const codes: string[] = [];
  for (let each = 0; each < 32; each++)
    codes.push(await post('/api/auth/refresh', home, { refreshToken: `${'x'.repeat(40)}${each}` }));
  expect(codes.slice(0, 30)).toEqual(Array(30).fill('INVALID_TOKEN'));
  expect(codes).toContain('RATE_LIMITED');
  expect(await post('/api/auth/refresh', home, { refreshToken: player.refreshToken })).toBe('ok');
});

it('a name that cannot be stored is refused', async () => {
  for (const name of ['a\u0000b', '\ud800'])
    expect([name, await login(player.password, fresh(), name)]).toEqual([name, 'VALIDATION']);
});

it('known addresses are told to their owner without being readable', async () => {
  const { body } = await request(server.url)
    .get('/api/me/export')
    .set('Authorization', `Bearer ${player.accessToken}`)
    .set('X-Forwarded-For', home);
  expect(body.knownAddresses).toHaveLength(2);
  expect(Object.keys(body.knownAddresses[0])).toEqual(['lastUsedAt']);
  expect(JSON.stringify(body)).not.toContain(home);
});
