/** A Redis that deletes keys when it is full: what clients still have to get would vanish without a word. */

/** For what Redis says of its memory. */
export class EvictionError extends Error {}

/** @returns by which policy it deletes keys, of what `INFO memory` says; null where it deletes none. */
export function evictionPolicy(info: string): string | null {
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'noeviction';
  const limit = Number(/maxmemory:(\d+)/.exec(info)?.[1] ?? 0);
  return limit === 0 || policy === 'noeviction' ? null : policy;
}
