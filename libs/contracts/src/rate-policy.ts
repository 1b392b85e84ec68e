/** Rate policies as data: token buckets whose capacity is the burst and whose refill is the limit per window. */

export interface RatePolicy {
  /** Tokens that come back in one window. */
  readonly limit: number;
  /** Length of the window in milliseconds. */
  readonly windowMs: number;
  /** Tokens the bucket holds: what may come at once. */
  readonly burst: number;
  /**
   * `node`: one bucket per user on each node, no network. `cluster`: the same bucket first, then one shared by all nodes.
   * Frequent commands use `node`.
   */
  readonly scope: 'node' | 'cluster';
  /** What becomes of a command over the limit: an error, or silence (`{dropped:true}` where an ack was asked). */
  readonly excess: 'refuse' | 'drop';
  /** Payload fields that split the bucket, so that each channel or target has its own. */
  readonly per?: readonly string[];
}

type Extras = Partial<Pick<RatePolicy, 'burst' | 'scope' | 'excess' | 'per'>>;

/** `rate(10, 60)` is ten a minute; the burst equals the limit unless told. */
export function rate(limit: number, seconds: number, extras: Extras = {}): RatePolicy {
  return { limit, windowMs: seconds * 1000, burst: limit, scope: 'node', excess: 'refuse', ...extras };
}

/** What a command without a policy of its own gets. */
export const DEFAULT_POLICY = rate(60, 60, { burst: 30 });

/** All events of one connection together; a sustained breach closes it. */
export const CONNECTION_POLICY = rate(30, 1, { burst: 60 });
