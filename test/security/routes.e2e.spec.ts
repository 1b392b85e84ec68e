/** No route is open by accident: all that the running server has are called without a token. */
import type { RunningServer } from '../../apps/server/src/server';
import { playAsGuest } from '../support/client';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { handlersOf, routesOf } from '../support/routes';
import { startTestServer } from '../support/server';
import { Api, type Method } from '../support/session';

/** A route of the API is added here by somebody who means it. */
const OPEN = [
  'GET /health/live',
  'GET /health/ready',
  'GET /api/realtime/policies',
  'GET /api/zones',
  'GET /api/zones/:id',
  'POST /api/auth/register',
  'POST /api/auth/login',
  'POST /api/auth/guest',
  'POST /api/auth/refresh',
  'POST /api/auth/logout',
];
/** The documentation, see DOCS. */
const DOCUMENTS = [
  'GET /docs',
  'GET /docs/openapi.json',
  'GET /docs/start.js',
  'GET /docs/swagger-ui-bundle.js',
  'GET /docs/swagger-ui.css',
  'GET /docs/favicon-32x32.png',
];
/** What a visitor sees first. */
const HOME = ['GET /', 'GET /readme'];
/** Behind a token of their own, see METRICS_TOKEN. */
const BEHIND_ANOTHER_TOKEN = ['GET /metrics', 'GET /metrics/sockets'];

const PRODUCTION = { NODE_ENV: 'production', SOCKET_CORS_ORIGIN: 'https://play.example' };

let database: TestDatabase;
let server: RunningServer;
let routes: string[];

beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url, METRICS_TOKEN: 'metrics-token', LIMITS: 'off' });
  routes = routesOf(server);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

it('sees the routes of the server', () => {
  expect(routes).toEqual(
    expect.arrayContaining([...OPEN, ...HOME, ...DOCUMENTS, ...BEHIND_ANOTHER_TOKEN, 'GET /api/me', 'DELETE /api/me']),
  );
});

const REFUSED = /^(INVALID_TOKEN|UNAUTHENTICATED)$/;
const url = (path: string): string => path.replace(/:\w+/g, '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11');

it('no route but the declared ones answers without a valid token, whatever its method', async () => {
  const api = new Api(server.url);
  const answered: string[] = [];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const codeFor = async (token?: string): Promise<[status: number, code: unknown]> => {
      const { status, body } = await api.call(method.toLowerCase() as Method, url(path), token);
      return [status, body.error?.code];
    };
    const [status, code] = await codeFor();
    if (status !== 401 || code !== 'UNAUTHENTICATED') answered.push(route);
    else expect([route, await codeFor('not.a.token')]).toEqual([route, [401, expect.stringMatching(REFUSED)]]);
  }
  expect(answered.sort()).toEqual([...OPEN, ...HOME, ...DOCUMENTS].sort());
});

it('nothing but routes answers: no folder of files, and no router within the router', () => {
  expect(handlersOf(server).filter((name) => /static|router|mounted/i.test(name))).toEqual([]);
});

it.each(['/docs-yaml', '/docs-json', '/docs/swagger-ui-init.js', '/docs/index.html', '/docs/package.json'])(
  'there is no %s',
  async (path) => expect((await new Api(server.url).get(path)).status).toBe(404),
);

it('no answer is kept by a cache but those that are the same for everybody', async () => {
  const { accessToken } = await playAsGuest(server.url);
  const kept: string[] = [];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const { headers } = await new Api(server.url).call(method.toLowerCase() as Method, url(path), accessToken);
    if (headers['cache-control'] !== 'no-store') kept.push(route);
  }
  expect(kept.sort()).toEqual([...HOME, ...DOCUMENTS, 'GET /api/zones'].sort());
});

describe('documentation', () => {
  it('is made once, and not sent again to who has it', async () => {
    for (const route of DOCUMENTS) {
      const path = route.replace('GET ', '');
      const first = await new Api(server.url).get(path);
      expect([path, first.status, first.headers['cache-control']]).toEqual([path, 200, 'public, max-age=300']);
      const etag = first.headers['etag'] ?? '';
      expect(etag).toMatch(/^"[\w-]{43}"$/);
      const again = await new Api(server.url).get(path).set('If-None-Match', etag);
      expect([path, again.status, again.headers['etag'], again.text]).toEqual([path, 304, etag, '']);
    }
  });

  it.each<[string, Record<string, string>, number]>([
    ['on by default outside of production', {}, 200],
    ['off where it is switched off', { DOCS: 'off' }, 404],
    ['off in production', PRODUCTION, 404],
    ['on in production where it is switched on', { ...PRODUCTION, DOCS: 'on' }, 200],
  ])('is %s', async (_, environment, expected) => {
    const other = await startTestServer({ DATABASE_URL: database.url, ...environment });
    const statuses = new Set<number>();
    for (const route of DOCUMENTS) statuses.add((await new Api(other.url).get(route.replace('GET ', ''))).status);
    const documented = routesOf(other).filter((route) => route.includes('/docs'));
    await other.close();
    expect([...statuses]).toEqual([expected]);
    expect(documented.length).toBe(expected === 200 ? DOCUMENTS.length : 0);
  });
});

describe('the root', () => {
  const html = async (at: { url: string }): Promise<Response> =>
    fetch(at.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  const pathsIn = (page: string): string[] => [...page.matchAll(/href="([^"]*)"/g)].map(([, path]) => path ?? '');

  it('is a small page without scripts, under a strict policy, whose links all answer', async () => {
    const response = await html(server);
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(page).not.toMatch(/<script|<style|style=|\son\w+=|src=/i);
    expect(page.length).toBeLessThan(2_000);
    expect(pathsIn(page)).toEqual([
      '/docs',
      '/docs/openapi.json',
      '/api/realtime/policies',
      '/health/ready',
      '/readme',
    ]);
    for (const path of pathsIn(page)) expect([path, (await new Api(server.url).get(path)).status]).toEqual([path, 200]);
  });

  it('is JSON for a client that asks for JSON, and HTML for any other', async () => {
    const json = await fetch(server.url, { headers: { accept: 'application/json' } });
    expect(json.headers.get('vary')).toBe('Accept');
    expect(await json.json()).toEqual({
      name: 'Aeturnis Realtime',
      sockets: '/socket.io/',
      links: {
        documentation: '/docs',
        openapi: '/docs/openapi.json',
        limits: '/api/realtime/policies',
        health: '/health/ready',
        readme: '/readme',
      },
    });
    for (const accept of ['*/*', 'text/*', 'image/png'])
      expect((await fetch(server.url, { headers: { accept } })).headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('is not sent again to who has it, and has a head', async () => {
    const get = () => new Api(server.url).get('/').set('Accept', 'text/html');
    const { headers } = await get();
    const again = await get().set('If-None-Match', headers['etag'] ?? '');
    expect([again.status, again.text]).toEqual([304, '']);
    const head = await fetch(server.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await new Api(server.url).post('/')).status).toBe(404);
  });

  it('links no documentation where there is none', async () => {
    const other = await startTestServer({ DATABASE_URL: database.url, DOCS: 'off' });
    expect(pathsIn(await (await html(other)).text())).toEqual(['/api/realtime/policies', '/health/ready', '/readme']);
    await other.close();
  });
});

it('the document says the same', async () => {
  const { body } = await new Api(server.url).get('/docs/openapi.json');
  const open = Object.entries<Record<string, { security?: object[] }>>(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { security }]) =>
      security?.length === 0 ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  );
  expect(open.sort()).toEqual(OPEN.map((route) => route.replace(/:(\w+)/, '{$1}')).sort());
});
