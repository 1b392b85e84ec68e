/** Metrics of the journal's backlog and of the round trip to Redis, while Redis answers and while it does not. */
import type { RunningServer } from '../../apps/server/src/server';
import { connect, playAsGuest, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { useNodeCluster } from '../support/servers/node-cluster';

const cluster = useNodeCluster({ LIMITS: 'off' });
let server: RunningServer;

beforeAll(async () => {
  server = await cluster.startNode();
});
afterEach(() => cluster.redis.resume());

const read = (name: string): Promise<number> => readMetric(server.url, `aeturnis_${name}`);

it('the round trip to Redis is measured once a second', async () => {
  const before = await read('redis_round_trip_seconds_count');
  await waitUntil(async () => (await read('redis_round_trip_seconds_count')) >= before + 2, 'two pings are measured');
  expect(await read('redis_round_trip_seconds_sum')).toBeGreaterThan(0);
  expect(await read('redis_round_trip_seconds_bucket{le="10"}')).toBe(await read('redis_round_trip_seconds_count'));
});

it('the backlog of the journal is measured, and is 0 once Redis answers again', async () => {
  const { accessToken } = await playAsGuest(server.url);
  const client = await connect(server.url, accessToken);
  expect(await read('gaps_announced_total{reason="degraded"}')).toBe(0);
  cluster.redis.pause();
  for (let n = 0; n < 5; n++) await client.send('chat:message', { channel: 'global', text: `message ${n}` });
  await waitUntil(async () => (await read('journal_late_seconds')) > 1, 'the backlog is older than a second');
  expect(await read('journal_pending_entries')).toBeGreaterThanOrEqual(5);
  expect(await read('journal_pending_bytes')).toBeGreaterThan(5 * 'message'.length);
  expect(await read('journal_unsent_entries')).toBeGreaterThanOrEqual(5);
  expect(await read('journal_unsent_bytes')).toBeGreaterThan(5 * 'message'.length);
  await client.waitForEvent('system:error', ({ code }) => code === 'DEGRADED');
  expect(await read('gaps_announced_total{reason="degraded"}')).toBe(1);
  cluster.redis.resume();
  await client.waitForEvent('system:recoverable');
  for (const queue of ['late_seconds', 'pending_entries', 'pending_bytes', 'unsent_entries', 'unsent_bytes'])
    await waitUntil(async () => (await read(`journal_${queue}`)) === 0, `${queue} is 0`);
  for (const reason of ['event_given_up', 'order_given_up'])
    expect(await read(`deliveries_dropped_total{reason="${reason}"}`)).toBe(0);
});
