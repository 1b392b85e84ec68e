/** A Redis that would throw away what clients still have to get is complained of; one that would not is left in peace. */
import { Redis } from 'ioredis';
import { warnOfEviction } from '../../libs/platform/src/redis/eviction-warning';
import { type RedisServer, startRedis } from '../support/redis-server';

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

it.each([
  ['0', 'allkeys-lru', 0],
  ['100mb', 'noeviction', 0],
  ['100mb', 'allkeys-lru', 1],
  ['100mb', 'volatile-ttl', 1],
])('maxmemory %s with %s: %i warnings', async (limit, policy, count) => {
  await redis.config('SET', 'maxmemory', limit);
  await redis.config('SET', 'maxmemory-policy', policy);
  const warnings: unknown[] = [];
  await warnOfEviction(redis, { warn: (warning: unknown) => warnings.push(warning) });
  expect(warnings).toHaveLength(count);
  if (count > 0) expect(JSON.stringify(warnings)).toContain(`(${policy})`);
});
