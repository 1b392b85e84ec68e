/** A correctly signed token with an invalid claim is answered INVALID_TOKEN over HTTP, at the handshake and by auth:refresh. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createTestClient, connect, type TestClient } from '../support/clients/client';
import { TEST_SECRET } from '../support/environment';
import { Api } from '../support/clients/api';
import { usePrivateServer } from '../support/servers/private-server';

type Claims = Record<string, unknown>;

const seconds = (): number => Math.floor(Date.now() / 1000);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ISSUER = 'https://issuer.example';

/** Tokens are encoded by hand, because a JWT library would refuse to write invalid claims. */
const issuers = {
  own: {
    environment: {},
    token(claims: unknown): string {
      const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
      return `${body}.${createHmac('sha256', TEST_SECRET).update(body).digest('base64url')}`;
    },
  },
  outside: {
    environment: {
      JWT_PUBLIC_KEY: keys.publicKey.export({ format: 'pem', type: 'spki' }).toString().replaceAll('\n', '\\n'),
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: 'game',
    },
    token(claims: unknown): string {
      const body = `${part({ alg: 'ES256' })}.${part(claims)}`;
      const key = { key: keys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`;
    },
  },
};

const NO_TEXT: unknown[] = [null, 0, 1, -1.5, true, false, {}, { a: 1 }, { length: 1 }, [], ['x'], [['x']]];
const NO_NUMBER: unknown[] = [null, '', '1', '9999999999', true, {}, { valueOf: 1 }, [], [1], 1e308, -1e308, 8.65e12];
const ODD_TEXT = ['', '\u0000', 'a\u0000b', 'a\nb', '\u001b[31m', '\u0085', '\ud800', 'a\udc00b', 'x'.repeat(256)];

const HOSTILE: Record<string, unknown[]> = {
  sub: [undefined, ...NO_TEXT, ...ODD_TEXT, '\u{1F600}'.repeat(128)],
  // Without -1e308: a time in the past is a valid value.
  exp: [undefined, ...NO_NUMBER].filter((value) => value !== -1e308),
  iat: NO_NUMBER,
  nbf: NO_NUMBER,
  jti: [...NO_TEXT, 'x'.repeat(256)],
  name: NO_TEXT,
  nickname: NO_TEXT,
  preferred_username: NO_TEXT,
  roles: [null, 0, true, 'admin', {}, { length: 0 }, [1], [null], [{}], [['admin']], ['player', 7]],
  iss: [undefined, ...NO_TEXT, '\u0000'],
  aud: [undefined, null, 0, true, {}, [], [1], [{}], ['other'], '\u0000'],
};
const HOSTILE_SESSION = { sid: [...NO_TEXT, ...ODD_TEXT.slice(1), 'x'] };
const NO_OBJECTS: unknown[] = [null, 1, 'text', true, [], [{}]];

describe.each(Object.entries(issuers))('%s tokens', (name, { environment, token }) => {
  const server = usePrivateServer({ LIMITS: 'off', ...environment });
  let live: TestClient;
  let claims: Claims;

  beforeAll(async () => {
    claims = {
      sub: name === 'own' ? (await new Api(server).guest()).user.id : 'user-1',
      iss: name === 'own' ? 'aeturnis' : ISSUER,
      aud: name === 'own' ? 'aeturnis-players' : 'game',
      exp: seconds() + 3_600,
    };
    live = await connect(server.url, token(claims));
  });

  /** The outcomes of a route, a handshake and `auth:refresh` on a live connection for this token. */
  async function outcomesOf(given: string): Promise<unknown[]> {
    const { status, body } = await new Api(server).get('/api/me', given);
    const refreshed = await live.send('auth:refresh', { token: given });
    return [status === 200 ? 'ok' : body.error.code, await handshake(server.url, given), refreshed.error?.code ?? 'ok'];
  }

  it('valid claims are accepted over HTTP, at the handshake and by auth:refresh', async () => {
    const sensible = { ...claims, iat: seconds() + 0.5, jti: 'x', name: 'Anna', roles: ['player'], unknown: {} };
    expect(await outcomesOf(token(sensible))).toEqual(['ok', 'ok', 'ok']);
  });

  const table = Object.entries(name === 'own' ? { ...HOSTILE, ...HOSTILE_SESSION } : HOSTILE).map(
    ([claim, values]) => [claim, values] as const,
  );

  it.each(table)('an invalid claim %s is refused everywhere', async (claim, values) => {
    for (const value of values) {
      const found = await outcomesOf(token({ ...claims, [claim]: value }));
      expect([value, found]).toEqual([value, ['INVALID_TOKEN', 'INVALID_TOKEN', 'INVALID_TOKEN']]);
    }
  });

  it('a payload that is not an object is refused everywhere', async () => {
    for (const value of NO_OBJECTS)
      expect([value, await outcomesOf(token(value))]).toEqual([value, Array(3).fill('INVALID_TOKEN')]);
  });

  it('an exp in the past is answered EXPIRED_TOKEN', async () =>
    expect(await outcomesOf(token({ ...claims, exp: -1 }))).toEqual(Array(3).fill('EXPIRED_TOKEN')));
});

/** The code of the refusal, or 'ok'. */
function handshake(url: string, token: string): Promise<string> {
  const { socket } = createTestClient(url, token);
  return new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('ok'));
    socket.once('connect_error', (error) => resolve((error as { data?: { code: string } }).data?.code ?? 'closed'));
  }).finally(() => socket.disconnect());
}
