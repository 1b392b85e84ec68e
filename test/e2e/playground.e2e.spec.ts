/** How a server serves the playground and the console: when, with which headers, and beside the links for programs. */
import { createMigratedDatabase } from '../support/databases/postgres';
import type { ServerEnvironment } from '../support/environment';
import { freePort } from '../support/free-port';
import { startServerProcess, stopServerProcesses } from '../support/servers/server';

const POLICY =
  "default-src 'none';script-src 'self';style-src 'self';connect-src 'self';font-src 'self';img-src 'self' data:;base-uri 'none';form-action 'self';frame-ancestors 'none';require-trusted-types-for 'script'";
const PRODUCTION = { NODE_ENV: 'production', SOCKET_CORS_ORIGIN: 'https://play.example' };

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
/** Of a server without settings of its own. */
let url: string;

beforeAll(async () => {
  database = await createMigratedDatabase();
  url = await start();
}, 120_000);
afterAll(async () => {
  await stopServerProcesses();
  await database.drop();
}, 60_000);

const start = async (environment: ServerEnvironment = {}): Promise<string> =>
  (await startServerProcess({ DATABASE_URL: database.url, ...environment })).url;

const get = (address: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(address, { headers: { accept: 'text/html', ...headers } });
const isPlayground = async (address: string): Promise<boolean> =>
  (await (await get(address)).text()).includes('<div id="app">');

it.each(['/', '/admin', '/Admin/'])('pages: %s is revalidated, under a policy with Trusted Types', async (path) => {
  const response = await get(url + path);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': POLICY,
    'content-encoding': 'gzip',
    vary: expect.stringContaining('Accept'),
  });
  const etag = response.headers.get('etag') ?? '';
  expect((await get(url + path, { 'if-none-match': etag })).status).toBe(304);
});

it('playground: the files that the page names are immutable, other names answer 404', async () => {
  const names = [...(await (await get(url)).text()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, name = '']) => name);
  expect([...new Set(names.map((name) => name.split('.').at(-1)))].sort()).toEqual(['css', 'js', 'svg']);
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
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  expect(await response.json()).toMatchObject({ name: 'Aeturnis Realtime', links: { health: '/health/ready' } });
});

it.each<[string, () => Promise<ServerEnvironment>, boolean]>([
  ['not served with PLAYGROUND=off', async () => ({ PLAYGROUND: 'off' }), false],
  ['not served in production', async () => PRODUCTION, false],
  ['served in production with PLAYGROUND=on', async () => ({ ...PRODUCTION, PLAYGROUND: 'on' }), true],
  ['not served if sockets have another port', async () => ({ SOCKET_PORT: String(await freePort()) }), false],
])('playground: is %s', async (_, environment, expected) => {
  expect(await isPlayground(await start(await environment()))).toBe(expected);
});

it('console: is served in production too, and its page names no data', async () => {
  const production = await start(PRODUCTION);
  const response = await get(`${production}/admin`);
  expect([response.status, response.headers.get('content-security-policy')]).toEqual([200, POLICY]);
  const page = await response.text();
  const names = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect([name, (await get(production + name)).status]).toEqual([name, 200]);
  expect((await get(`${production}/api/admin/overview`)).status).toBe(401);
});
