/** Detects a Redis that evicts keys when it is full: events that clients have not received yet would be lost silently. */

/** Redis evicts keys, which production does not accept. The message names the setting to change. */
export class RedisEvictionError extends Error {}

/** @param info the reply of `INFO memory`. @returns the eviction policy, or null if Redis evicts no keys. */
export function evictionPolicy(info: string): string | null {
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'noeviction';
  const limit = Number(/maxmemory:(\d+)/.exec(info)?.[1] ?? 0);
  return limit === 0 || policy === 'noeviction' ? null : policy;
}
