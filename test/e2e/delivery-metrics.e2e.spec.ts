/** How far delivery is from the journal, and what Redis takes to answer: measured while it answers, and while it does not. */
import type { RunningServer } from '../../apps/server/src/server';
import { closeClients, connect, playAsGuest, until } from '../support/client';
import { metric } from '../support/metrics';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { startTestServer } from '../support/server';

let database: TestDatabase;
let redis: RedisServer;
let server: RunningServer;

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  server = await startTestServer({ DATABASE_URL: database.url, REDIS_URL: redis.url, LIMITS: 'off' });
});
afterAll(async () => {
  redis.resume();
  closeClients();
  await server.close();
  await Promise.all([redis.stop(), database.drop()]);
});

const read = (name: string): Promise<number> => metric(server.url, `aeturnis_${name}`);

it('the round trip to Redis is measured once a second', async () => {
  const before = await read('redis_round_trip_seconds_count');
  await until(async () => (await read('redis_round_trip_seconds_count')) >= before + 2, 'two pings were measured');
  expect(await read('redis_round_trip_seconds_sum')).toBeGreaterThan(0);
  expect(await read('redis_round_trip_seconds_bucket{le="10"}')).toBe(await read('redis_round_trip_seconds_count'));
});

it('what waits for the journal is measured, and is nothing once Redis answers again', async () => {
  const { accessToken } = await playAsGuest(server.url);
  const client = await connect(server.url, accessToken);
  expect(await read('gaps_announced_total{reason="degraded"}')).toBe(0);
  redis.pause();
  for (let n = 0; n < 5; n++) await client.send('chat:message', { channel: 'global', text: `message ${n}` });
  await until(async () => (await read('journal_late_seconds')) > 1, 'the journal is late');
  expect(await read('journal_pending_entries')).toBeGreaterThanOrEqual(5);
  expect(await read('journal_pending_bytes')).toBeGreaterThan(5 * 'message'.length);
  expect(await read('journal_unsent_entries')).toBeGreaterThanOrEqual(5);
  expect(await read('journal_unsent_bytes')).toBeGreaterThan(5 * 'message'.length);
  await client.event('system:error', ({ code }) => code === 'DEGRADED');
  expect(await read('gaps_announced_total{reason="degraded"}')).toBe(1);
  redis.resume();
  await client.event('system:recoverable');
  for (const queue of ['late_seconds', 'pending_entries', 'pending_bytes', 'unsent_entries', 'unsent_bytes'])
    await until(async () => (await read(`journal_${queue}`)) === 0, `${queue} is 0`);
  for (const reason of ['event_given_up', 'order_given_up'])
    expect(await read(`deliveries_dropped_total{reason="${reason}"}`)).toBe(0);
});
