/** Options of the Redis connections: they reconnect automatically, and commands fail fast instead of being queued. */
import type { RedisOptions } from 'ioredis';

const RECONNECT_MIN_MS = 50;
/** Short enough that a node reconnects after a brief outage before it falls back to working without Redis. */
const RECONNECT_MAX_MS = 500;

const retryStrategy = (attempt: number): number =>
  Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(attempt, 10));

/** For commands: no offline queue, so that callers fall back at once and memory stays bounded. */
export const COMMAND_OPTIONS: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: 2_000,
  connectTimeout: 3_000,
  enableAutoPipelining: true,
  retryStrategy,
};

/** For subscriptions: they are kept during an outage and repeated after a reconnect. */
export const SUBSCRIBER_OPTIONS = {
  enableOfflineQueue: true,
  autoResubscribe: true,
  maxRetriesPerRequest: null,
  connectTimeout: 3_000,
  retryStrategy,
} satisfies RedisOptions;
