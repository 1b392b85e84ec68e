/** How this product speaks to Redis: connections come back by themselves, commands fail soon instead of waiting. */
import type { RedisOptions } from 'ioredis';

const RECONNECT_MIN_MS = 50;
/** An outage that ends in time is over for a node before it would have to go on alone. */
const RECONNECT_MAX_MS = 500;

const retryStrategy = (attempt: number): number =>
  Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(attempt, 10));

/** For commands: no queue while Redis is away, so that callers can fall back at once and memory stays bounded. */
export const COMMAND_OPTIONS: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: 2_000,
  connectTimeout: 3_000,
  enableAutoPipelining: true,
  retryStrategy,
};

/** For subscriptions: kept while Redis is away and made again on return. */
export const SUBSCRIBER_OPTIONS = {
  enableOfflineQueue: true,
  autoResubscribe: true,
  maxRetriesPerRequest: null,
  connectTimeout: 3_000,
  retryStrategy,
} satisfies RedisOptions;
