/** Guessing passwords is slow, and does not lock out the owner, neither at a known address nor at a new one. */
import { Clock } from '@aeturnis/realtime';
import request from 'supertest';
import { type PasswordAttempt, PasswordAttempts } from '../../apps/server/src/accounts/auth/password-attempts';
import { type Player, registerPlayer, uniqueName } from '../support/clients/client';
import { usePrivateServer } from '../support/servers/private-server';

const WRONG = 'not the password';
const server = usePrivateServer();
let player: Player;
let knownAddress: string;

beforeAll(async () => {
  // With a running clock, the buckets would refill while a slow machine hashes.
  jest.spyOn(server.app.get(Clock), 'now').mockReturnValue(Date.now());
});
beforeEach(async () => {
  player = await registerPlayer(server.url);
  knownAddress = newAddress();
  expect(await login(player.password, knownAddress)).toBe('ok');
});

let addresses = 0;
const newAddress = (): string => `203.0.${++addresses >> 8}.${addresses & 255}`;

async function post(path: string, address: string, body: object, token?: string): Promise<string> {
  const sent = request(server.url).post(path).set('X-Forwarded-For', address).send(body);
  const { status, body: answer } = await (token === undefined ? sent : sent.set('Authorization', `Bearer ${token}`));
  return status < 300 ? 'ok' : (answer as { error: { code: string } }).error.code;
}

const login = (password: string, address: string, username = player.login): Promise<string> =>
  post('/api/auth/login', address, { username, password });

/** Attempts without the cost of hashing. @returns how many of them were admitted. */
async function guess(count: number, addressOf: () => string, more: Partial<PasswordAttempt> = {}): Promise<number> {
  const attempts = server.app.get(PasswordAttempts);
  const attempt = { purpose: 'login', subject: player.login.toLowerCase(), isKnownAddress: false, ...more } as const;
  let admitted = 0;
  for (let n = 0; n < count; n++)
    await attempts.admit({ ...attempt, address: addressOf() }).then(
      () => admitted++,
      () => undefined,
    );
  return admitted;
}

it('wrong logins from another address do not lock out the owner, at a known or a new address', async () => {
  const attacker = newAddress();
  expect(await login(WRONG, attacker)).toBe('BAD_CREDENTIALS');
  expect(await guess(20, () => attacker)).toBe(9);
  expect(await login(player.password, attacker)).toBe('RATE_LIMITED');
  expect(await login(player.password, knownAddress)).toBe('ok');
  expect(await login(player.password, newAddress())).toBe('ok');
});

it('wrong logins from a known address do not lock out the owner there', async () => {
  expect(await login(WRONG, knownAddress)).toBe('BAD_CREDENTIALS');
  // Neither attempts of others at this address count for the owner, nor further attempts at this account.
  await guess(30, () => knownAddress);
  expect(await guess(30, () => knownAddress, { isKnownAddress: true })).toBe(30);
  expect(await login(player.password, knownAddress)).toBe('ok');
});

it('many addresses that guess one name get two attempts each, and the owner can log in at any address', async () => {
  await guess(40, newAddress);
  const attacker = newAddress();
  expect(await login(WRONG, attacker)).toBe('BAD_CREDENTIALS');
  expect(await guess(5, () => attacker)).toBe(1);
  expect(await login(player.password, attacker)).toBe('RATE_LIMITED');
  expect(await login(player.password, knownAddress)).toBe('ok');
  expect(await login(player.password, newAddress())).toBe('ok');
});

it('one address that guesses many names is limited, except for the account that knows the address', async () => {
  let admitted = 0;
  for (let n = 0; n < 25; n++) admitted += await guess(1, () => knownAddress, { subject: uniqueName() });
  // The login in `beforeEach` took one attempt.
  expect(admitted).toBe(19);
  expect(await login(WRONG, knownAddress, uniqueName())).toBe('RATE_LIMITED');
  expect(await login(player.password, knownAddress)).toBe('ok');
});

it('an IPv6 network of 64 bits counts as one address', async () => {
  expect(await guess(20, () => '2001:db8:5:6::/64')).toBe(10);
  expect(await login(player.password, '2001:db8:5:6:ffff::1')).toBe('RATE_LIMITED');
  expect(await login(player.password, '2001:db8:5:7::1')).toBe('ok');
});

it('a change of the password is limited by address too, and clears the known addresses', async () => {
  const attacker = newAddress();
  const change = (currentPassword: string, address: string) =>
    post('/api/auth/password', address, { currentPassword, newPassword: 'a new password' }, player.accessToken);
  expect(await change(WRONG, attacker)).toBe('BAD_CREDENTIALS');
  expect(await guess(20, () => attacker, { purpose: 'password', subject: player.id })).toBe(9);
  expect(await change(player.password, attacker)).toBe('RATE_LIMITED');
  expect(await change(player.password, knownAddress)).toBe('ok');
  expect(await login('a new password', knownAddress)).toBe('ok');
});

it('a deletion of the account is limited like a change of its password', async () => {
  const attacker = newAddress();
  const remove = async (password: string, address: string): Promise<number> => {
    const sent = request(server.url).delete('/api/me').set('X-Forwarded-For', address).send({ password });
    return (await sent.set('Authorization', `Bearer ${player.accessToken}`)).status;
  };
  expect(await remove(WRONG, attacker)).toBe(401);
  expect(await guess(20, () => attacker, { purpose: 'password', subject: player.id })).toBe(9);
  expect(await remove(player.password, attacker)).toBe(429);
  expect(await remove(player.password, knownAddress)).toBe(204);
});

it('unknown refresh tokens do not use up the limit of valid ones at the same address', async () => {
  const codes: string[] = [];
  for (let n = 0; n < 32; n++)
    codes.push(await post('/api/auth/refresh', knownAddress, { refreshToken: `${'x'.repeat(40)}${n}` }));
  expect(codes.slice(0, 30)).toEqual(Array(30).fill('INVALID_TOKEN'));
  expect(codes).toContain('RATE_LIMITED');
  expect(await post('/api/auth/refresh', knownAddress, { refreshToken: player.refreshToken })).toBe('ok');
});

it('a name that cannot be stored is refused', async () => {
  for (const name of ['a\u0000b', '\ud800'])
    expect([name, await login(player.password, newAddress(), name)]).toEqual([name, 'VALIDATION']);
});

it('known addresses are listed in the export of their owner without being readable', async () => {
  const { body } = await request(server.url)
    .get('/api/me/export')
    .set('Authorization', `Bearer ${player.accessToken}`)
    .set('X-Forwarded-For', knownAddress);
  expect(body.knownAddresses).toHaveLength(2);
  expect(Object.keys(body.knownAddresses[0])).toEqual(['lastUsedAt']);
  expect(JSON.stringify(body)).not.toContain(knownAddress);
});
