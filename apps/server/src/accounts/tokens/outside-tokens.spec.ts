/** Tokens of an outside issuer: keys, algorithms, key rotation, and the refusal of forged tokens. */
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@aeturnis/platform';
import { type JWK, type JWTHeaderParameters, SignJWT } from 'jose';
import { OutsideTokens } from './outside-tokens';

const NOW = 1_900_000_000_000;
const seconds = NOW / 1000;
const claims = { sub: 'user-1', iss: 'https://issuer.example', aud: 'game', iat: seconds, exp: seconds + 60 };
const clock = { now: () => NOW };

const generateKeys = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};
type Algorithm = keyof typeof generateKeys;
interface Pair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const jwk = ({ publicKey }: Pair, kid: string, alg: string): JWK => ({
  ...(publicKey.export({ format: 'jwk' }) as JWK),
  kid,
  alg,
  use: 'sig',
});
const sign = (pair: Pair, header: JWTHeaderParameters, changes: object = {}): Promise<string> =>
  new SignJWT({ ...claims, ...changes }).setProtectedHeader(header).sign(pair.privateKey);

const environment = { NODE_ENV: 'test', JWT_ISSUER: claims.iss, JWT_AUDIENCE: claims.aud };
const byKey = ({ publicKey }: Pair): OutsideTokens => {
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return new OutsideTokens(loadConfig({ ...environment, JWT_PUBLIC_KEY: pem }), clock);
};

const codeOf = (verifying: Promise<unknown>): Promise<unknown> =>
  verifying.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: unknown }).code,
  );

describe.each(Object.keys(generateKeys) as Algorithm[])('with a public key of %s', (alg) => {
  const pair: Pair = generateKeys[alg]();
  const tokens = byKey(pair);

  it('returns subject, names and expiry of a valid token', async () => {
    const token = await sign(pair, { alg }, { preferred_username: 'anna', name: 'Anna A.' });
    expect(await tokens.verify(token)).toEqual({
      subject: 'user-1',
      name: 'anna',
      displayName: 'Anna A.',
      expiresAt: NOW + 60_000,
    });
  });

  it.each([
    ['another issuer', { iss: 'https://other.example' }, 'INVALID_TOKEN'],
    ['another audience', { aud: 'other' }, 'INVALID_TOKEN'],
    ['no audience', { aud: undefined }, 'INVALID_TOKEN'],
    ['no subject', { sub: undefined }, 'INVALID_TOKEN'],
    ['a subject of 256 characters', { sub: 'x'.repeat(256) }, 'INVALID_TOKEN'],
    ['no expiry', { exp: undefined }, 'INVALID_TOKEN'],
    ['nbf in the future', { nbf: seconds + 10 }, 'INVALID_TOKEN'],
    ['an expiry that has passed', { exp: seconds }, 'EXPIRED_TOKEN'],
  ])('refuses %s', async (_, changes, code) => {
    expect(await codeOf(tokens.verify(await sign(pair, { alg }, changes)))).toBe(code);
  });

  it('refuses the signature of another key', async () => {
    expect(await codeOf(tokens.verify(await sign(generateKeys[alg](), { alg })))).toBe('INVALID_TOKEN');
  });

  it('refuses the public key as HMAC secret, unsigned tokens, and text that is not a JWT', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const pem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const body = `${part({ alg: 'HS256' })}.${part(claims)}`;
    expect(await codeOf(tokens.verify(`${body}.${createHmac('sha256', pem).update(body).digest('base64url')}`))).toBe(
      'INVALID_TOKEN',
    );
    expect(await codeOf(tokens.verify(`${part({ alg: 'none' })}.${part(claims)}.`))).toBe('INVALID_TOKEN');
    expect(await codeOf(tokens.verify('rubbish'))).toBe('INVALID_TOKEN');
  });

  it.each(Object.keys(generateKeys).filter((other) => other !== alg) as Algorithm[])(
    'refuses a token of %s',
    async (other) => {
      expect(await codeOf(tokens.verify(await sign(generateKeys[other](), { alg: other })))).toBe('INVALID_TOKEN');
    },
  );
});

it('outside tokens: refuses other algorithms with the right key', async () => {
  const pair = generateKeys.RS256();
  expect(await codeOf(byKey(pair).verify(await sign(pair, { alg: 'PS256' })))).toBe('INVALID_TOKEN');
});

describe('with a key set', () => {
  let server: Server;
  let published: unknown;
  let fetches = 0;
  let url: string;

  beforeAll(async () => {
    server = createServer((_, response) => {
      fetches += 1;
      response.end(JSON.stringify(published));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  afterEach(() => jest.restoreAllMocks());

  const bySet = (): OutsideTokens => new OutsideTokens(loadConfig({ ...environment, JWT_JWKS_URL: url }), clock);

  it('accepts keys of all algorithms, and follows their rotation', async () => {
    const previous = { RS256: generateKeys.RS256(), ES256: generateKeys.ES256(), EdDSA: generateKeys.EdDSA() };
    published = { keys: (Object.keys(previous) as Algorithm[]).map((alg) => jwk(previous[alg], `old-${alg}`, alg)) };
    const tokens = bySet();
    for (const alg of Object.keys(previous) as Algorithm[]) {
      expect(await codeOf(tokens.verify(await sign(previous[alg], { alg, kid: `old-${alg}` })))).toBe('accepted');
    }
    const fresh = generateKeys.ES256();
    published = { keys: [jwk(fresh, 'new', 'ES256')] };
    const later = Date.now() + 1_100;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    expect(await codeOf(tokens.verify(await sign(fresh, { alg: 'ES256', kid: 'new' })))).toBe('accepted');
    expect(await codeOf(tokens.verify(await sign(previous.RS256, { alg: 'RS256', kid: 'old-RS256' })))).toBe(
      'INVALID_TOKEN',
    );
  });

  it('refuses an unknown key id, and a known key id with another key', async () => {
    const pair = generateKeys.ES256();
    published = { keys: [jwk(pair, 'one', 'ES256')] };
    const tokens = bySet();
    expect(await codeOf(tokens.verify(await sign(pair, { alg: 'ES256', kid: 'two' })))).toBe('INVALID_TOKEN');
    expect(await codeOf(tokens.verify(await sign(generateKeys.ES256(), { alg: 'ES256', kid: 'one' })))).toBe(
      'INVALID_TOKEN',
    );
    expect(await codeOf(tokens.verify(await sign(generateKeys.RS256(), { alg: 'RS256', kid: 'one' })))).toBe(
      'INVALID_TOKEN',
    );
  });

  it('does not fetch the key set for each forged token', async () => {
    const pair = generateKeys.EdDSA();
    published = { keys: [jwk(pair, 'one', 'EdDSA')] };
    const tokens = bySet();
    jest.spyOn(Date, 'now').mockReturnValue(NOW);
    fetches = 0;
    for (let kid = 0; kid < 20; kid++)
      await codeOf(tokens.verify(await sign(pair, { alg: 'EdDSA', kid: String(kid) })));
    expect(fetches).toBe(1);
  });

  it('reports UNAVAILABLE while the key set is unreachable or invalid', async () => {
    const token = await sign(generateKeys.ES256(), { alg: 'ES256', kid: 'one' });
    published = 'not a key set';
    expect(await codeOf(bySet().verify(token))).toBe('UNAVAILABLE');
    url = 'http://127.0.0.1:1/jwks.json';
    expect(await codeOf(bySet().verify(token))).toBe('UNAVAILABLE');
  });
});
