/** Socket.IO's Redis adapter on connections whose promises cannot end the process: it awaits none of its calls. */
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import type { AppConfig, RedisService } from '@aeturnis/platform';
import type { Redis } from 'ioredis';

const CHANNEL_PREFIX = 'aeturnis:io';

/** The adapter factory, or null where Redis is not configured. `onFailure` hears of every call that failed. */
export function redisPubSub(
  redis: RedisService,
  mode: AppConfig['redisPubSub'],
  onFailure: () => void,
): ReturnType<typeof createAdapter | typeof createShardedAdapter> | null {
  if (!redis.client) return null;
  const publisher = catching(redis.client, onFailure);
  const subscriber = catching(redis.subscriber(), onFailure);
  // One channel for all rooms: a subscription per room and node would make every join a call.
  if (mode === 'sharded')
    return createShardedAdapter(publisher, subscriber, { channelPrefix: CHANNEL_PREFIX, subscriptionMode: 'static' });
  return createAdapter(publisher, subscriber, { key: CHANNEL_PREFIX, publishOnSpecificResponseChannel: true });
}

const UNAWAITED = new Set<unknown>(
  ['publish', 'subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe'].concat(
    'spublish',
    'ssubscribe',
    'sunsubscribe',
  ),
);

// The adapter was written for clients that queue for ever; a rejection it does not await would end the process.
function catching(client: Redis, onFailure: () => void): Redis {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (!UNAWAITED.has(property)) return value.bind(target) as unknown;
      return (...args: unknown[]) => (value.apply(target, args) as Promise<unknown>).catch(onFailure);
    },
  });
}
