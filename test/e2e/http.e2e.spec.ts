/** HTTP in general: errors, request ids, limits, CORS, headers, API documents, and public routes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Clock } from '@aeturnis/realtime';
import request from 'supertest';
import { startTestServer } from '../support/servers/server';
import { Api } from '../support/clients/api';
import { usePrivateServer } from '../support/servers/private-server';

const PASSWORD = 'correct horse battery';
const server = usePrivateServer({ SOCKET_CORS_ORIGIN: 'https://play.example' });
const api = new Api(server);

const register = (body: string | object) =>
  api.post('/api/auth/register').set('Content-Type', 'application/json').send(body);

describe('an error', () => {
  it.each([
    ['a broken body', '{"username":', 400, 'VALIDATION'],
    ['a body that is no object', '[1]', 400, 'VALIDATION'],
    ['a body of 132 kB', JSON.stringify({ username: 'x'.repeat(132_000) }), 413, 'PAYLOAD_TOO_LARGE'],
    ['a key __proto__', '{"username":"annaanna","password":"12345678","__proto__":{"admin":true}}', 400, 'VALIDATION'],
    ['a key constructor', '{"username":"annaanna","password":"12345678","constructor":{}}', 400, 'VALIDATION'],
    ['an unknown field', { username: 'annaanna', password: '12345678', roles: ['admin'] }, 400, 'VALIDATION'],
    ['a number for a text', { username: 'annaanna', password: 12345678 }, 400, 'VALIDATION'],
    ['an object for a text', { username: { $ne: null }, password: '12345678' }, 400, 'VALIDATION'],
    ['a reserved name', { username: 'Ad_min', password: '12345678' }, 400, 'VALIDATION'],
    ['a short password', { username: 'annaanna', password: '1234567' }, 400, 'VALIDATION'],
    ['a name with spaces', { username: 'anna anna', password: '12345678' }, 400, 'VALIDATION'],
  ])('for %s has the right status and code', async (_, body, status, code) => {
    const answer = await register(body);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.body.error).toMatchObject({ message: expect.any(String), retryable: false });
    expect(answer.body.error.requestId).toBe(answer.headers['x-request-id']);
  });

  it('does not reveal that another account has the same email address', async () => {
    const email = 'Anna@Example.com';
    const answers = [
      await register({ username: 'annaone', password: PASSWORD, email }),
      await register({ username: 'annatwo', password: PASSWORD, email: email.toLowerCase() }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });

  it('names each invalid field and its problems', async () => {
    const { body } = await register({ password: 'short', email: 'nobody' });
    const fields = (body.error.details as { field: string; problems: string[] }[]).map(({ field, problems }) => [
      field,
      problems.length > 0,
    ]);
    expect(fields.sort()).toEqual([
      ['email', true],
      ['password', true],
      ['username', true],
    ]);
  });

  it('has the same shape for an unknown route, a missing body and a body that is not JSON', async () => {
    const missing = await api.get('/api/nothing');
    expect([missing.status, missing.body.error.code]).toEqual([404, 'NOT_FOUND']);
    const empty = await api.post('/api/auth/login');
    expect([empty.status, empty.body.error.code]).toEqual([400, 'VALIDATION']);
    const form = await api.post('/api/auth/login').type('form').send({ username: 'anna', password: PASSWORD });
    expect([form.status, form.body.error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    const malformed = await api.get('/api/characters/%E0%A4%A');
    expect([malformed.status, malformed.body.error.code]).toEqual([400, 'VALIDATION']);
  });
});

describe('the request id', () => {
  it('is taken from the header of the client', async () => {
    const answer = await api.get('/health/live').set('X-Request-Id', 'trace-0123.abc');
    expect(answer.headers['x-request-id']).toBe('trace-0123.abc');
  });

  it.each(['short', 'x'.repeat(65), 'with space', '<script>'])('is generated instead of %s', async (given) => {
    const answer = await api.get('/health/live').set('X-Request-Id', given);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('limits', () => {
  const from =
    (address: string) =>
    (path: string, body: object = {}) =>
      request(server.url).post(path).set('X-Forwarded-For', `6.6.6.6, ${address}`).send(body);

  it('count by address, ignoring what the client prepends to the header', async () => {
    const post = from('10.99.0.1');
    const statuses = [];
    for (let call = 0; call < 6; call++) statuses.push((await post('/api/auth/register')).status);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
    const refused = await post('/api/auth/register');
    expect(refused.body.error).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(refused.body.error.retryAfterMs).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBe(Math.ceil(refused.body.error.retryAfterMs / 1000));
    expect((await post('/api/auth/login')).status).toBe(400);
    expect((await from('10.99.0.2')('/api/auth/register')).status).toBe(400);
  });

  it('count all other routes together', async () => {
    // With a running clock, the bucket would refill on a slow machine.
    const clock = jest.spyOn(server.app.get(Clock), 'now').mockReturnValue(Date.now());
    const get = (path: string) => request(server.url).get(path).set('X-Forwarded-For', '10.99.0.3');
    const answers = await Promise.all(
      Array.from({ length: 310 }, (_, call) => get(call % 2 ? '/api/me' : '/api/characters')),
    );
    const refused = answers.filter(({ status }) => status === 429).length;
    clock.mockRestore();
    expect(refused).toBe(10);
    expect((await get('/health/live')).status).toBe(200);
  });

  it('can be switched off', async () => {
    const free = await startTestServer({ DATABASE_URL: server.databaseUrl, LIMITS: 'off' });
    const call = () => request(free.url).post('/api/auth/register').send({});
    const answers = await Promise.all(Array.from({ length: 20 }, call));
    await free.close();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
  });
});

describe('pages of other origins', () => {
  const preflight = (origin: string) =>
    request(server.url).options('/api/me').set('Origin', origin).set('Access-Control-Request-Method', 'DELETE');

  it('are allowed by the same origins as for sockets', async () => {
    const allowed = await preflight('https://play.example');
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': 'https://play.example',
      'access-control-allow-credentials': 'true',
    });
    for (const origin of ['https://evil.example', 'http://localhost:3000', 'null']) {
      expect((await preflight(origin)).headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('the maps of the zones', () => {
  const get = (path: string, etag?: string) =>
    api.get(path).set(etag === undefined ? {} : { 'If-None-Match': etag, Origin: 'https://play.example' });
  const fileOf = (id: string): object =>
    JSON.parse(readFileSync(join(__dirname, '../../apps/server/zones', `${id}.json`), 'utf8')) as object;

  it('are public, and equal the files without the monsters', async () => {
    const { body } = await get('/api/zones');
    expect(body.zones.map(({ id }: { id: string }) => id)).toEqual(['forest', 'harbor', 'mine', 'starting_village']);
    for (const { id, etag, leadsTo } of body.zones) {
      const map = await get(`/api/zones/${id}`);
      const { monsters, ...visible } = fileOf(id) as { monsters: unknown; exits: { to: string }[] };
      expect(monsters).toBeDefined();
      expect(map.body).toEqual({ ...visible, bodyHalfSize: 0.4 });
      expect(map.headers).toMatchObject({ etag, 'cache-control': 'public, no-cache' });
      expect(leadsTo).toEqual([...new Set(visible.exits.map(({ to }) => to))]);
    }
  });

  it.each(['/api/zones', '/api/zones/forest'])('answer 304 on %s while unchanged', async (path) => {
    const { etag = '' } = (await get(path)).headers as { etag?: string };
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await get(path, known);
      expect([answer.status, answer.text, answer.headers['etag']]).toEqual([304, '', etag]);
      expect(answer.headers['access-control-expose-headers']).toContain('ETag');
    }
    expect((await get(path, '"other"')).status).toBe(200);
  });

  it.each(['/api/zones', '/api/zones/forest', '/api/realtime/policies', '/docs', '/docs/openapi.json', '/'])(
    'include %s, which answers 304 although fetch sends Cache-Control: no-cache',
    async (path) => {
      const status = async (headers: Record<string, string>): Promise<number> => {
        const response = await fetch(`${server.url}${path}`, { headers });
        await response.text();
        return response.status;
      };
      const etag = (await api.get(path)).headers['etag'] ?? '';
      expect(etag).not.toBe('');
      expect(await status({ 'if-none-match': etag })).toBe(304);
      expect(await status({ 'if-none-match': '"other"' })).toBe(200);
      expect(await status({ 'cache-control': 'no-cache' })).toBe(200);
      for (const directives of ['no-cache', 'no-store', 'max-age=0, no-cache'])
        expect([directives, await status({ 'if-none-match': etag, 'cache-control': directives })]).toEqual([
          directives,
          304,
        ]);
    },
  );

  it.each([
    'nowhere',
    'FOREST',
    '__proto__',
    'constructor',
    '..%2Fforest',
    'forest%00',
    '%F0%9F%8C%B2',
    'x'.repeat(2_000),
  ])('do not include %s', async (id) =>
    expect((await get(`/api/zones/${id}`)).body).toMatchObject({ error: { code: 'NOT_FOUND' } }),
  );

  it('are limited by address', async () => {
    const url = `${server.url}/api/zones`;
    const from = { 'X-Forwarded-For': '198.51.100.77' };
    // The bucket may refill while a busy machine answers.
    const answers = await Promise.all(Array.from({ length: 120 }, () => request(url).get('').set(from)));
    const counts = [200, 429].map((status) => answers.filter((answer) => answer.status === status).length);
    expect(counts[0]).toBeGreaterThanOrEqual(60);
    expect(counts[1]).toBeGreaterThan(0);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(120);
  });
});

describe('the metrics', () => {
  const redisSeries = async (url: string): Promise<string[]> => {
    const { text } = await request(url).get('/metrics');
    return text.split('\n').filter((line) => /^aeturnis_redis_(configured|up) /.test(line));
  };

  it('distinguish an unreachable Redis from one that is not configured', async () => {
    expect(await redisSeries(server.url)).toEqual(['aeturnis_redis_configured 0']);
    const withoutRedis = await startTestServer({ DATABASE_URL: server.databaseUrl, REDIS_URL: 'redis://127.0.0.1:1' });
    const series = await redisSeries(withoutRedis.url);
    await withoutRedis.close();
    expect(series).toEqual(['aeturnis_redis_configured 1', 'aeturnis_redis_up 0']);
  });
});

describe('headers', () => {
  it('prevent browsers from executing responses', async () => {
    const { headers } = await api.get('/health/live');
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('allow the API documents only their own scripts', async () => {
    const page = await request(server.url).get('/docs').redirects(1);
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
    expect(page.text).not.toMatch(/<script>(?!\s*<)/);
  });
});

describe('the OpenAPI document', () => {
  it('describes each route with its summary, responses and errors', async () => {
    const { body } = await request(server.url).get('/docs/openapi.json');
    expect(Object.keys(body.components.securitySchemes).sort()).toEqual(['bearer', 'cookie']);
    const operations = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, operation })),
    );
    expect(operations.length).toBeGreaterThan(15);
    for (const { route, operation } of operations) {
      expect([route, operation.summary]).toEqual([route, expect.stringMatching(/^[A-Z].*\.$/)]);
      const statuses = Object.keys(operation.responses);
      expect([route, statuses]).toEqual([route, expect.arrayContaining(['429', '500'])]);
      expect([route, statuses.some((status) => status.startsWith('2'))]).toEqual([route, true]);
      if (operation.security?.length !== 0) expect([route, statuses]).toEqual([route, expect.arrayContaining(['401'])]);
    }
  });
});

interface Operation {
  summary: string;
  security?: unknown[];
  responses: Record<string, unknown>;
}
