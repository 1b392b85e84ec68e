/** Creates Socket.IO's Redis adapter. It awaits none of its Redis calls, so their rejections are caught here. */
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import type { AppConfig, RedisService } from '@aeturnis/platform';
import type { Redis } from 'ioredis';

const CHANNEL_PREFIX = 'aeturnis:io';

/** @returns the adapter factory, or null if Redis is not configured. `onFailure` is called for every failed call. */
export function createRedisAdapter(
  redis: RedisService,
  mode: AppConfig['redisPubSub'],
  onFailure: () => void,
): ReturnType<typeof createAdapter | typeof createShardedAdapter> | null {
  if (!redis.client) return null;
  const publisher = catchRejections(redis.client, onFailure);
  const subscriber = catchRejections(redis.createSubscriber(), onFailure);
  // One channel for all rooms: with a subscription per room, every join would call Redis.
  if (mode === 'sharded')
    return createShardedAdapter(publisher, subscriber, { channelPrefix: CHANNEL_PREFIX, subscriptionMode: 'static' });
  return createAdapter(publisher, subscriber, { key: CHANNEL_PREFIX, publishOnSpecificResponseChannel: true });
}

const UNAWAITED_COMMANDS = new Set<unknown>(
  ['publish', 'subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe'].concat(
    'spublish',
    'ssubscribe',
    'sunsubscribe',
  ),
);

// The adapter expects clients that queue without limit. An unhandled rejection would end the process.
function catchRejections(client: Redis, onFailure: () => void): Redis {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (!UNAWAITED_COMMANDS.has(property)) return value.bind(target) as unknown;
      return (...args: unknown[]) => (value.apply(target, args) as Promise<unknown>).catch(onFailure);
    },
  });
}
