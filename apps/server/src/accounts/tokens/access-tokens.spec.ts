/** Access tokens of this server's accounts: their claims, and the refusal of forged tokens. */
import { createHmac, createSecretKey, randomUUID } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { loadConfig } from '@aeturnis/platform';
import type { AccountState } from '../account';
import { AccessTokens } from './access-tokens';

const SECRET = 'a-secret-of-this-test-that-is-long-enough';
const NOW = 1_900_000_000_000;
const account: AccountState = {
  id: randomUUID(),
  displayName: 'anna',
  roles: ['player'],
  status: 'active',
  banReason: null,
  bannedUntil: null,
};
const sessionId = randomUUID();

const config = loadConfig({ NODE_ENV: 'test', JWT_SECRET: SECRET });
let now = NOW;
const tokens = new AccessTokens(config, new JwtService({ secret: createSecretKey(Buffer.from(SECRET)) }), {
  now: () => now,
});

beforeEach(() => (now = NOW));

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = NOW / 1000;
const claims = {
  sub: account.id,
  sid: sessionId,
  iss: 'aeturnis',
  aud: 'aeturnis-players',
  iat: seconds,
  exp: seconds + 60,
};

/** A token built by hand: a library would refuse to create invalid ones. */
function forge(
  changes: object = {},
  header: object = { alg: 'HS256', typ: 'JWT' },
  secret = SECRET,
  hash = 'sha256',
): string {
  const body = `${part(header)}.${part({ ...claims, ...changes })}`;
  return `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`;
}

const codeOf = (token: string): unknown => {
  try {
    tokens.verify(token);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'accepted';
};

describe('AccessTokens', () => {
  it('carry exactly the expected claims', () => {
    const [, body = ''] = tokens.sign(account, sessionId).split('.');
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual({
      sub: account.id,
      name: 'anna',
      roles: ['player'],
      sid: sessionId,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iss: 'aeturnis',
      aud: 'aeturnis-players',
      iat: seconds,
      exp: seconds + 900,
    });
  });

  it('are accepted until they expire', () => {
    const token = tokens.sign(account, sessionId);
    expect(tokens.verify(token)).toEqual({ userId: account.id, sessionId, expiresAt: NOW + 900_000 });
    now = NOW + 899_000;
    expect(codeOf(token)).toBe('accepted');
    now = NOW + 900_000;
    expect(codeOf(token)).toBe('EXPIRED_TOKEN');
  });

  it('from another service with the secret have no session', () => {
    expect(tokens.verify(forge({ sid: undefined }))).toMatchObject({ userId: account.id, sessionId: '' });
  });

  it('built by forge without changes are accepted', () => expect(codeOf(forge())).toBe('accepted'));

  it.each([
    ['no algorithm', `${part({ alg: 'none' })}.${part(claims)}.`],
    ['no algorithm, with a signature', forge({}, { alg: 'none' })],
    ['another HMAC of the same secret', forge({}, { alg: 'HS512' }, SECRET, 'sha512')],
    ['a valid signature with the wrong alg', forge({}, { alg: 'HS384' })],
    ['a public-key algorithm', forge({}, { alg: 'RS256' })],
    ['a critical extension', forge({}, { alg: 'HS256', crit: ['https://example.com/role'] })],
    ['an empty list of critical extensions', forge({}, { alg: 'HS256', crit: [] })],
    ['an unencoded payload', forge({}, { alg: 'HS256', crit: ['b64'], b64: true })],
    ['another secret', forge({}, undefined, 'another secret of the same length, or so')],
    ['an empty secret', forge({}, undefined, '')],
    ['another issuer', forge({ iss: 'somebody' })],
    ['no issuer', forge({ iss: undefined })],
    ['another audience', forge({ aud: 'others' })],
    ['no audience', forge({ aud: undefined })],
    ['no expiry', forge({ exp: undefined })],
    ['an expiry that is not a number', forge({ exp: '2099-01-01' })],
    ['nbf in the future', forge({ nbf: seconds + 10 })],
    ['no subject', forge({ sub: undefined })],
    ['a subject that is not a UUID', forge({ sub: 'admin' })],
    ['a subject that is an object', forge({ sub: { $ne: null } })],
    ['a session that is not a UUID', forge({ sid: "' or 1=1" })],
    ['a changed payload', forge().replace(/\.[^.]+\./, `.${part({ ...claims, roles: ['admin'] })}.`)],
    ['a cut signature', forge().slice(0, -3)],
    ['an empty string', ''],
    ['text that is not a JWT', 'not.a.token'],
  ])('are refused with %s', (_, token) => expect(codeOf(token)).toBe('INVALID_TOKEN'));
});
