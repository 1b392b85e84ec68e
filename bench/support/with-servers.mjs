// Sets up one measurement: the servers of a side, a Redis if the side needs one, and their CPU meter.
import { SIDES } from '../sides.mjs';
import { meter } from './cpu.mjs';
import { startBenchRedis } from './redis.mjs';
import { startServers } from './servers.mjs';

/** Calls `work` with the servers, their client class and the meter. All of them have stopped when the promise settles. */
export async function withServers(name, { count = 1, profile, settings }, work) {
  const side = SIDES[name];
  const { Client, ageOf } = await import(`../load/clients/${side.client}.mjs`);
  const redis = side.redis ? await startBenchRedis() : undefined;
  try {
    const servers = await startServers(side, { count, redisUrl: redis?.url, profile, settings });
    const pids = { servers: servers.pids, redis: redis?.pid };
    try {
      return await work({ ...servers, Client, ageOf, meter: () => meter(pids) });
    } finally {
      await servers.stop();
    }
  } finally {
    await redis?.stop();
  }
}
