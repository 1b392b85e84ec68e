/** Socket.IO's Redis adapter on connections whose promises cannot end the process: it awaits none of its calls. */
import { createAdapter } from '@socket.io/redis-adapter';
import type { RedisService } from '@aeturnis/platform';
import type { Redis } from 'ioredis';

const CHANNEL_PREFIX = 'aeturnis:io';

/** The adapter factory, or null where Redis is not configured. `onFailure` hears of every call that failed. */
export function redisPubSub(redis: RedisService, onFailure: () => void): ReturnType<typeof createAdapter> | null {
  if (!redis.client) return null;
  const publisher = catching(redis.client, ['publish'], onFailure);
  const subscriber = catching(
    redis.subscriber(),
    ['subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe'],
    onFailure,
  );
  return createAdapter(publisher, subscriber, { key: CHANNEL_PREFIX, publishOnSpecificResponseChannel: true });
}

// The adapter was written for clients that queue for ever; a rejection it does not await would end the process.
function catching(
  client: Redis,
  methods: readonly ('publish' | 'subscribe' | 'psubscribe' | 'unsubscribe' | 'punsubscribe')[],
  onFailure: () => void,
): Redis {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (!(methods as readonly unknown[]).includes(property)) return value.bind(target) as unknown;
      return (...args: unknown[]) => (value.apply(target, args) as Promise<unknown>).catch(onFailure);
    },
  });
}
