/** Tokens of an outside issuer: its keys and algorithms, their rotation, and every way of forging a token. */
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

const makeKeys = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};
type Algorithm = keyof typeof makeKeys;
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

describe.each(Object.keys(makeKeys) as Algorithm[])('with a public key of %s', (alg) => {
  const pair: Pair = makeKeys[alg]();
  const tokens = byKey(pair);

  it('proves who somebody is', async () => {
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
    ['an endless subject', { sub: 'x'.repeat(256) }, 'INVALID_TOKEN'],
    ['no end', { exp: undefined }, 'INVALID_TOKEN'],
    ['a beginning in the future', { nbf: seconds + 10 }, 'INVALID_TOKEN'],
    ['an end that has come', { exp: seconds }, 'EXPIRED_TOKEN'],
  ])('refuses %s', async (_, changes, code) => {
    expect(await codeOf(tokens.verify(await sign(pair, { alg }, changes)))).toBe(code);
  });

  it('refuses the signature of another key', async () => {
    expect(await codeOf(tokens.verify(await sign(makeKeys[alg](), { alg })))).toBe('INVALID_TOKEN');
  });

  it('refuses the public key used as a secret, and no signature at all', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const pem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const body = `${part({ alg: 'HS256' })}.${part(claims)}`;
    expect(await codeOf(tokens.verify(`${body}.${createHmac('sha256', pem).update(body).digest('base64url')}`))).toBe(
      'INVALID_TOKEN',
    );
    expect(await codeOf(tokens.verify(`${part({ alg: 'none' })}.${part(claims)}.`))).toBe('INVALID_TOKEN');
    expect(await codeOf(tokens.verify('rubbish'))).toBe('INVALID_TOKEN');
  });

  it.each(Object.keys(makeKeys).filter((other) => other !== alg) as Algorithm[])(
    'refuses a token of %s',
    async (other) => {
      expect(await codeOf(tokens.verify(await sign(makeKeys[other](), { alg: other })))).toBe('INVALID_TOKEN');
    },
  );
});

it('refuses other algorithms of the right key', async () => {
  const pair = makeKeys.RS256();
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

  it('takes keys of all algorithms, and follows their rotation', async () => {
    const old = { RS256: makeKeys.RS256(), ES256: makeKeys.ES256(), EdDSA: makeKeys.EdDSA() };
    published = { keys: (Object.keys(old) as Algorithm[]).map((alg) => jwk(old[alg], `old-${alg}`, alg)) };
    const tokens = bySet();
    for (const alg of Object.keys(old) as Algorithm[]) {
      expect(await codeOf(tokens.verify(await sign(old[alg], { alg, kid: `old-${alg}` })))).toBe('accepted');
    }
    const fresh = makeKeys.ES256();
    published = { keys: [jwk(fresh, 'new', 'ES256')] };
    const later = Date.now() + 1_100;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    expect(await codeOf(tokens.verify(await sign(fresh, { alg: 'ES256', kid: 'new' })))).toBe('accepted');
    expect(await codeOf(tokens.verify(await sign(old.RS256, { alg: 'RS256', kid: 'old-RS256' })))).toBe(
      'INVALID_TOKEN',
    );
  });

  it('refuses an unknown key, and a known name on a foreign key', async () => {
    const pair = makeKeys.ES256();
    published = { keys: [jwk(pair, 'one', 'ES256')] };
    const tokens = bySet();
    expect(await codeOf(tokens.verify(await sign(pair, { alg: 'ES256', kid: 'two' })))).toBe('INVALID_TOKEN');
    expect(await codeOf(tokens.verify(await sign(makeKeys.ES256(), { alg: 'ES256', kid: 'one' })))).toBe(
      'INVALID_TOKEN',
    );
    expect(await codeOf(tokens.verify(await sign(makeKeys.RS256(), { alg: 'RS256', kid: 'one' })))).toBe(
      'INVALID_TOKEN',
    );
  });

  it('does not ask the issuer for each forged token', async () => {
    const pair = makeKeys.EdDSA();
    published = { keys: [jwk(pair, 'one', 'EdDSA')] };
    const tokens = bySet();
    jest.spyOn(Date, 'now').mockReturnValue(NOW);
    fetches = 0;
    for (let kid = 0; kid < 20; kid++)
      await codeOf(tokens.verify(await sign(pair, { alg: 'EdDSA', kid: String(kid) })));
    expect(fetches).toBe(1);
  });

  it('says that it cannot tell while the issuer is away or talks rubbish', async () => {
    const token = await sign(makeKeys.ES256(), { alg: 'ES256', kid: 'one' });
    published = 'rubbish';
    expect(await codeOf(bySet().verify(token))).toBe('UNAVAILABLE');
    url = 'http://127.0.0.1:1/jwks.json';
    expect(await codeOf(bySet().verify(token))).toBe('UNAVAILABLE');
  });
});
