/** No route is public by accident: every route of the running server is called without a token. */
import { playAsGuest } from '../support/clients/client';
import { middlewareNamesOf, routesOf } from '../support/servers/routes';
import { startTestServer } from '../support/servers/server';
import { Api, type ApiMethod } from '../support/clients/api';
import { usePrivateServer } from '../support/servers/private-server';

/** Public routes. Adding one here is a deliberate decision. */
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
  'GET /docs/events',
  'GET /docs/events.json',
  'GET /docs/events.css',
  'GET /docs/start.js',
  'GET /docs/swagger-ui-bundle.js',
  'GET /docs/swagger-ui.css',
  'GET /docs/favicon-32x32.png',
];
/** The home page and the readme. */
const HOME = ['GET /', 'GET /readme'];
/** Protected by METRICS_TOKEN instead of an access token. */
const BEHIND_ANOTHER_TOKEN = ['GET /metrics', 'GET /metrics/sockets'];

const PRODUCTION = { NODE_ENV: 'production', SOCKET_CORS_ORIGIN: 'https://play.example' };

const server = usePrivateServer({ METRICS_TOKEN: 'metrics-token', LIMITS: 'off' });
let routes: string[];

beforeAll(async () => {
  routes = routesOf(server);
});

it('the list of routes contains those of the server', () => {
  expect(routes).toEqual(
    expect.arrayContaining([...OPEN, ...HOME, ...DOCUMENTS, ...BEHIND_ANOTHER_TOKEN, 'GET /api/me', 'DELETE /api/me']),
  );
});

const REFUSED = /^(INVALID_TOKEN|UNAUTHENTICATED)$/;
const url = (path: string): string => path.replace(/:\w+/g, '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11');

it('only the declared routes answer without a valid token', async () => {
  const api = new Api(server);
  const answered: string[] = [];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const codeFor = async (token?: string): Promise<[status: number, code: unknown]> => {
      const { status, body } = await api.call(method.toLowerCase() as ApiMethod, url(path), token);
      return [status, body.error?.code];
    };
    const [status, code] = await codeFor();
    if (status !== 401 || code !== 'UNAUTHENTICATED') answered.push(route);
    else expect([route, await codeFor('not.a.token')]).toEqual([route, [401, expect.stringMatching(REFUSED)]]);
  }
  expect(answered.sort()).toEqual([...OPEN, ...HOME, ...DOCUMENTS].sort());
});

it('the server mounts no static folder and no nested router', () => {
  expect(middlewareNamesOf(server).filter((name) => /static|router|mounted/i.test(name))).toEqual([]);
});

it.each(['/docs-yaml', '/docs-json', '/docs/swagger-ui-init.js', '/docs/index.html', '/docs/package.json'])(
  '%s: answers 404',
  async (path) => expect((await new Api(server).get(path)).status).toBe(404),
);

it('only answers that are the same for every user may be cached', async () => {
  const { accessToken } = await playAsGuest(server.url);
  const cacheable: string[] = [];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const { headers } = await new Api(server).call(method.toLowerCase() as ApiMethod, url(path), accessToken);
    if (headers['cache-control'] !== 'no-store') cacheable.push(route);
  }
  expect(cacheable.sort()).toEqual([...HOME, ...DOCUMENTS, 'GET /api/zones'].sort());
});

describe('documentation', () => {
  it('is answered 304 to a client that has the current ETag', async () => {
    for (const route of DOCUMENTS) {
      const path = route.replace('GET ', '');
      const first = await new Api(server).get(path);
      expect([path, first.status, first.headers['cache-control']]).toEqual([path, 200, 'public, max-age=300']);
      const etag = first.headers['etag'] ?? '';
      expect(etag).toMatch(/^"[\w-]{43}"$/);
      const revalidated = await new Api(server).get(path).set('If-None-Match', etag);
      expect([path, revalidated.status, revalidated.headers['etag'], revalidated.text]).toEqual([path, 304, etag, '']);
    }
  });

  it.each<[string, Record<string, string>, number]>([
    ['on by default outside of production', {}, 200],
    ['off with DOCS=off', { DOCS: 'off' }, 404],
    ['off in production', PRODUCTION, 404],
    ['on in production with DOCS=on', { ...PRODUCTION, DOCS: 'on' }, 200],
  ])('is %s', async (_, environment, expected) => {
    const other = await startTestServer({ DATABASE_URL: server.databaseUrl, ...environment });
    const statuses = new Set<number>();
    for (const route of DOCUMENTS) statuses.add((await new Api(other).get(route.replace('GET ', ''))).status);
    const documented = routesOf(other).filter((route) => route.includes('/docs'));
    await other.close();
    expect([...statuses]).toEqual([expected]);
    expect(documented.length).toBe(expected === 200 ? DOCUMENTS.length : 0);
  });
});

describe('the page of events', () => {
  it('loads nothing but its style sheet and icon, under a CSP without scripts and inline styles', async () => {
    for (const path of ['/docs/events', '/docs/events/']) {
      const { status, headers, text } = await new Api(server).get(path);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';style-src 'self';img-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      );
      const loaded = [...text.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, target = '']) => target);
      expect(loaded).toEqual(['/docs/events.css', '/docs/favicon-32x32.png']);
      for (const target of loaded) expect((await new Api(server).get(target)).status).toBe(200);
    }
  });

  it('shows the served AsyncAPI document, whose HTTP twins are routes of this server', async () => {
    const { body } = await new Api(server).get('/docs/events.json');
    expect(body.asyncapi).toBe('3.1.0');
    const operations = Object.values<{ 'x-twin'?: string }>(body.operations);
    const twins = operations.flatMap(({ 'x-twin': twin }) => (twin === undefined ? [] : [twin]));
    expect(twins.length).toBeGreaterThan(15);
    const known = routes.map((route) => route.replace(/:(\w+)/g, '{$1}'));
    expect(twins.filter((twin) => !known.includes(twin))).toEqual([]);
  });
});

describe('the root', () => {
  const html = async (at: { url: string }): Promise<Response> =>
    fetch(at.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  const pathsIn = (page: string): string[] => [...page.matchAll(/href="([^"]*)"/g)].map(([, path]) => path ?? '');

  it('is a small page without scripts under a strict CSP, and all its links answer', async () => {
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
      '/docs/events',
      '/docs/events.json',
      '/api/realtime/policies',
      '/health/ready',
      '/readme',
    ]);
    for (const path of pathsIn(page)) expect([path, (await new Api(server).get(path)).status]).toEqual([path, 200]);
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
        events: '/docs/events',
        asyncapi: '/docs/events.json',
        limits: '/api/realtime/policies',
        health: '/health/ready',
        readme: '/readme',
      },
    });
    for (const accept of ['*/*', 'text/*', 'image/png'])
      expect((await fetch(server.url, { headers: { accept } })).headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('is answered 304 to a matching ETag, and supports HEAD', async () => {
    const get = () => new Api(server).get('/').set('Accept', 'text/html');
    const { headers } = await get();
    const revalidated = await get().set('If-None-Match', headers['etag'] ?? '');
    expect([revalidated.status, revalidated.text]).toEqual([304, '']);
    const head = await fetch(server.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await new Api(server).post('/')).status).toBe(404);
  });

  it('does not link the documentation with DOCS=off', async () => {
    const other = await startTestServer({ DATABASE_URL: server.databaseUrl, DOCS: 'off' });
    expect(pathsIn(await (await html(other)).text())).toEqual(['/api/realtime/policies', '/health/ready', '/readme']);
    await other.close();
  });
});

it('the OpenAPI document marks the same routes as public', async () => {
  const { body } = await new Api(server).get('/docs/openapi.json');
  const open = Object.entries<Record<string, { security?: object[] }>>(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { security }]) =>
      security?.length === 0 ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  );
  expect(open.sort()).toEqual(OPEN.map((route) => route.replace(/:(\w+)/, '{$1}')).sort());
});
