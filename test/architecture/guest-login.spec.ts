/** The login of the example for Vite: tabs that share one stored login, and a login that has ended. */
import { join } from 'node:path';

interface GuestLogin {
  readonly userId: string | undefined;
  freshToken(): Promise<string>;
}
type Module = { readonly GuestLogin: new (server: string) => GuestLogin };

// The example is compiled for a browser, the tests are not.
const { GuestLogin } = jest.requireActual<Module>(join(__dirname, '../../examples/vite-chat/src/login.ts'));

const STORED = { accessToken: 'old', refreshToken: 'refresh1', userId: 'ada', expiresAt: 0 };
const globals = globalThis as unknown as Record<string, unknown>;
const { fetch: realFetch } = globalThis;

let stored: Map<string, string>;
/** Refresh tokens that have not been exchanged. */
let valid: string[];
let paths: string[];
let serial: number;

const answerOf = (path: string, { refreshToken }: { refreshToken?: string }): Response => {
  paths.push(path);
  if (path.endsWith('/refresh') && !valid.includes(refreshToken ?? ''))
    return Response.json({ error: { code: 'INVALID_TOKEN' } }, { status: 401 });
  serial += 1;
  valid = [`refresh${serial}`];
  const id = path.endsWith('/guest') ? 'guest' : 'ada';
  return Response.json({
    accessToken: `token${serial}`,
    refreshToken: `refresh${serial}`,
    expiresIn: 900,
    user: { id },
  });
};

beforeEach(() => {
  stored = new Map([['login', JSON.stringify(STORED)]]);
  valid = ['refresh1'];
  paths = [];
  serial = 1;
  let turn: Promise<unknown> = Promise.resolve();
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: { locks: { request: (_: string, work: () => Promise<unknown>) => (turn = turn.then(work, work)) } },
  });
  globals['localStorage'] = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  globals['fetch'] = async (url: string, { body }: { body: string }) =>
    answerOf(url, JSON.parse(body) as { refreshToken?: string });
});
afterAll(() => {
  globals['fetch'] = realFetch;
});

it('example login: two tabs whose token has expired exchange one refresh token once', async () => {
  const tabs = [new GuestLogin(''), new GuestLogin('')];
  expect(await Promise.all(tabs.map((tab) => tab.freshToken()))).toEqual(['token2', 'token2']);
  expect(paths).toEqual(['/api/auth/refresh']);
});

it('example login: a login that has ended is dropped, and followed by a new guest', async () => {
  valid = [];
  const login = new GuestLogin('');
  expect(await login.freshToken()).toBe('token2');
  expect([login.userId, paths]).toEqual(['guest', ['/api/auth/refresh', '/api/auth/guest']]);
  expect(JSON.parse(stored.get('login') ?? '')).toMatchObject({ userId: 'guest' });
});
