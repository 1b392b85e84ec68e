/** The port of quota stores: token buckets by key, shared by all nodes that use the same store. */
import type { RatePolicy } from '@aeturnis/contracts';

/** Capacity is `burst`; `limit` tokens are refilled per `windowMs`, evenly. */
export type BucketPolicy = Pick<RatePolicy, 'limit' | 'windowMs' | 'burst'>;

export interface QuotaOutcome {
  readonly allowed: boolean;
  /** Whole tokens left. */
  readonly remaining: number;
  /** Milliseconds until the same request is allowed if no other one takes a token; 0 if it was allowed. */
  readonly retryAfterMs: number;
}

export interface QuotaStore {
  /**
   * Takes `cost` tokens (1 to `burst`) from the bucket of that key, or none at all. Atomic: all nodes together never get
   * more than the policy grants. A bucket starts full, and is removed once it is full again.
   * @throws if the store cannot be reached; it is then unknown whether tokens were taken.
   */
  take(key: string, policy: BucketPolicy, cost?: number): Promise<QuotaOutcome>;
}

export const QUOTA_STORE = Symbol('QuotaStore');
