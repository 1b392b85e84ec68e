/** Warns of a Redis that may throw data away to make room: what clients still have to get would vanish without a word. */
import type { LoggerService } from '@nestjs/common';
import type { Redis } from 'ioredis';

/** Asks once per connection. A Redis that does not say is not complained of. */
export async function warnOfEviction(redis: Redis, logger: Pick<LoggerService, 'warn'>): Promise<void> {
  const info = await redis.info('memory').catch(() => '');
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'noeviction';
  const limit = Number(/maxmemory:(\d+)/.exec(info)?.[1] ?? 0);
  if (limit === 0 || policy === 'noeviction') return;
  logger.warn({
    message: `evicts keys when it is full (${policy}), and with them what clients still have to get: set maxmemory-policy noeviction`,
  });
}
