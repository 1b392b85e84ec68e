// What one measurement works with: servers of a side, a Redis where the side needs one, and their meter.
import { SIDES } from '../sides.mjs';
import { meter } from './cpu.mjs';
import { startRedis } from './redis.mjs';
import { startServers } from './servers.mjs';

/** `work` gets what was started; all of it has ended when this settles. */
export async function onStage(name, { count = 1, profile, settings }, work) {
  const side = SIDES[name];
  const { Client, ageOf } = await import(`../load/${side.client}.mjs`);
  const redis = side.redis ? await startRedis() : undefined;
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
