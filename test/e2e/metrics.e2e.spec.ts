/** The metrics of a running server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playAsGuest, waitUntil } from '../support/clients/client';
import { readAllMetrics, readMetric } from '../support/servers/metrics';
import { Api } from '../support/clients/api';
import { usePrivateServer } from '../support/servers/private-server';

const server = usePrivateServer({ DATABASE_POOL_SIZE: '2' });

const read = (name: string): Promise<number> => readMetric(server.url, name);

it('requests are counted by route and status', async () => {
  const { accessToken } = await playAsGuest(server.url);
  const api = new Api(server);
  await api.call('get', '/api/me', accessToken);
  await api.call('get', '/api/me');
  await api.call('get', '/api/characters/0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11', accessToken);
  expect(await read('aeturnis_http_requests_total{route="GET /api/me",status="200"}')).toBe(1);
  expect(await read('aeturnis_http_requests_total{route="GET /api/me",status="401"}')).toBe(1);
  expect(await read('aeturnis_http_requests_total{route="GET /api/characters/:id",status="404"}')).toBe(1);
  expect(await read('aeturnis_http_request_duration_seconds_count{method="GET"}')).toBeGreaterThanOrEqual(3);
});

it('paths without a route share one series', async () => {
  for (let n = 0; n < 20; n++) await fetch(`${server.url}/made-up-${n}`, { method: n % 2 ? 'PUT' : 'GET' });
  expect(await read('aeturnis_http_requests_total{route="none",status="404"}')).toBe(20);
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text).not.toContain('made-up');
});

it('the database has metrics for its state, its pool, its commits and the waits for a connection', async () => {
  expect(await read('aeturnis_database_up')).toBe(1);
  const guests = Array.from({ length: 20 }, () => playAsGuest(server.url));
  await Promise.all(guests);
  expect(await read('aeturnis_database_commit_seconds_count')).toBeGreaterThan(0);
  expect(await read('aeturnis_database_pool_wait_seconds_count')).toBeGreaterThan(0);
  await waitUntil(async () => (await read('aeturnis_database_pool_connections{state="idle"}')) === 2, 'an idle pool');
  expect(await read('aeturnis_database_pool_connections{state="used"}')).toBe(0);
  expect(await read('aeturnis_database_pool_waiting')).toBe(0);
});

it('every alert of the documentation uses metrics that exist', async () => {
  const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');
  const rules = /```yaml\n(groups:\n[^`]+)```/.exec(page)?.[1] ?? '';
  const asked = [...rules.matchAll(/(aeturnis_\w+?)(_bucket)?\b/g)].map(([, name = '']) => name);
  expect(asked.length).toBeGreaterThanOrEqual(8);
  const exposed = new Set((await readAllMetrics(server.url)).map(({ name }) => name));
  expect(asked.filter((name) => !exposed.has(name))).toEqual([]);
});

it('every metric of the server is documented with its help text', async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const shown = [...text.matchAll(/^# HELP (aeturnis_\w+) (.+)$/gm)].map(([, name = '', help = '']) => ({
    name,
    help,
  }));
  expect(shown.length).toBeGreaterThan(30);
  const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8').replaceAll(/ +/g, ' ');
  expect(shown.filter(({ name, help }) => !page.includes(`| \`${name}\` | ${help} |`))).toEqual([]);
});
