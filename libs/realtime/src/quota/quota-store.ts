/** The port of quotas: token buckets by key, shared by whoever shares the store. */
import type { RatePolicy } from '@aeturnis/contracts';

/** Capacity is `burst`; `limit` tokens come back per `windowMs`, evenly. */
export type BucketPolicy = Pick<RatePolicy, 'limit' | 'windowMs' | 'burst'>;

export interface QuotaOutcome {
  readonly allowed: boolean;
  /** Whole tokens left. */
  readonly remaining: number;
  /** Milliseconds until the same request would be allowed if nobody else took a token; 0 where it was. */
  readonly retryAfterMs: number;
}

export interface QuotaStore {
  /**
   * Takes `cost` tokens (1 to `burst`) of the bucket of that key, or none at all. Atomic: callers on any node together
   * never get more than the policy grants. A bucket starts full and is forgotten once it is full again.
   * @throws when the store cannot be reached; whether tokens were taken is then not known.
   */
  take(key: string, policy: BucketPolicy, cost?: number): Promise<QuotaOutcome>;
}

export const QUOTA_STORE = Symbol('QuotaStore');
