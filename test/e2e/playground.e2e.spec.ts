/** How a server serves the playground: when, with which headers, and beside the page of links for programs. */
import { createMigratedDatabase } from '../support/databases/postgres';
import type { ServerEnvironment } from '../support/environment';
import { freePort } from '../support/free-port';
import { startServerProcess, stopServerProcesses } from '../support/servers/server';

const POLICY =
  "default-src 'none';script-src 'self';style-src 'self';connect-src 'self';font-src 'self';img-src 'self' data:;base-uri 'none';form-action 'self';frame-ancestors 'none';require-trusted-types-for 'script'";
const PRODUCTION = { NODE_ENV: 'production', SOCKET_CORS_ORIGIN: 'https://play.example' };

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;

beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterEach(stopServerProcesses);
afterAll(() => database.drop());

async function start(environment: ServerEnvironment = {}): Promise<string> {
  const { url } = await startServerProcess({ DATABASE_URL: database.url, ...environment });
  return url;
}

const get = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { headers: { accept: 'text/html', ...headers } });
const isPlayground = async (url: string): Promise<boolean> =>
  (await (await get(url)).text()).includes('<div id="app">');

it('playground: the page is revalidated, under a policy with Trusted Types', async () => {
  const url = await start();
  const response = await get(url);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': POLICY,
    'content-encoding': 'gzip',
    vary: expect.stringContaining('Accept'),
  });
  const etag = response.headers.get('etag') ?? '';
  expect((await get(url, { 'if-none-match': etag })).status).toBe(304);
});

it('playground: the files that the page names are immutable, other names answer 404', async () => {
  const url = await start();
  const names = [...(await (await get(url)).text()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, name = '']) => name);
  expect(names.map((name) => name.split('.').at(-1)).sort()).toEqual(['css', 'js', 'svg']);
  for (const name of names) {
    const { status, headers } = await get(url + name);
    expect([name, status, headers.get('cache-control')]).toEqual([name, 200, 'public, max-age=31536000, immutable']);
  }
  for (const name of [
    '/assets/none.js',
    '/assets/..%2findex.html',
    '/assets/..%2f..%2fpackage.json',
    '/assets/.built-from',
  ])
    expect([name, (await get(url + name)).status]).toEqual([name, 404]);
});

it('playground: programs get the links as JSON, at the same address', async () => {
  const url = await start();
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  expect(await response.json()).toMatchObject({ name: 'Aeturnis Realtime', links: { health: '/health/ready' } });
});

it.each<[string, () => Promise<ServerEnvironment>, boolean]>([
  ['served by default outside of production', async () => ({}), true],
  ['not served with PLAYGROUND=off', async () => ({ PLAYGROUND: 'off' }), false],
  ['not served in production', async () => PRODUCTION, false],
  ['served in production with PLAYGROUND=on', async () => ({ ...PRODUCTION, PLAYGROUND: 'on' }), true],
  ['not served if sockets have another port', async () => ({ SOCKET_PORT: String(await freePort()) }), false],
])('playground: is %s', async (_, environment, expected) => {
  expect(await isPlayground(await start(await environment()))).toBe(expected);
});
