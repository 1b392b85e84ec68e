/** No route is open by accident: all that the running server has are called without a token. */
import type { RunningServer } from '../../apps/server/src/server';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { routesOf } from '../support/routes';
import { startTestServer } from '../support/server';
import { Api, type Method } from '../support/session';

/** A route is added here by somebody who means it. */
const OPEN = new Set([
  'GET /health/live',
  'GET /health/ready',
  'GET /api/realtime/policies',
  'POST /api/auth/register',
  'POST /api/auth/login',
  'POST /api/auth/guest',
  'POST /api/auth/refresh',
  'POST /api/auth/logout',
]);
/** Behind a token of their own, see METRICS_TOKEN. */
const BEHIND_ANOTHER_TOKEN = ['GET /metrics', 'GET /metrics/sockets'];
const DOCUMENTS = /^GET \/docs(\/|-|$)/;

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
  expect(routes).toEqual(expect.arrayContaining([...OPEN, ...BEHIND_ANOTHER_TOKEN, 'GET /api/me', 'DELETE /api/me']));
});

it('every route but the open ones asks for a token', async () => {
  const closed = routes.filter((route) => !OPEN.has(route) && !DOCUMENTS.test(route));
  expect(closed.length).toBeGreaterThan(12);
  const api = new Api(server.url);
  for (const route of closed) {
    const [method = '', path = ''] = route.split(' ');
    const url = path.replace(/:\w+/g, '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11');
    for (const token of [undefined, 'not.a.token']) {
      const { status, body } = await api.call(method.toLowerCase() as Method, url, token);
      expect([route, status, body.error?.code]).toEqual([
        route,
        401,
        token === undefined ? 'UNAUTHENTICATED' : expect.stringMatching(/^(INVALID_TOKEN|UNAUTHENTICATED)$/),
      ]);
    }
  }
});

it('the document says the same', async () => {
  const { body } = await new Api(server.url).get('/docs/openapi.json');
  const open = Object.entries<Record<string, { security?: object[] }>>(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { security }]) =>
      security?.length === 0 ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  );
  expect(open.sort()).toEqual([...OPEN].sort());
});
