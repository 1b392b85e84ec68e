/** A token bucket in one number, the time when it will be full again: the generic cell rate algorithm (ITU-T I.371). */
import type { BucketPolicy, QuotaOutcome } from './quota-store';

/** Tolerance in milliseconds of refill: a token that is missing by less counts as available. */
export const ROUNDING_MS = 0.05;

export class TokenBucket {
  private fullAt = 0;

  /** Like `take`, for callers that do not need the remaining tokens. */
  tryTake(policy: BucketPolicy, now: number, cost = 1): boolean {
    const perToken = policy.windowMs / policy.limit;
    const capacity = policy.burst * perToken;
    const missing = Math.min(capacity, Math.max(0, this.fullAt - now)) + cost * perToken;
    if (missing - capacity > ROUNDING_MS) return false;
    this.fullAt = now + missing;
    return true;
  }

  /** `now` is in milliseconds. The policy may change between calls; a clock set back costs at most one refill. */
  take(policy: BucketPolicy, now: number, cost = 1): QuotaOutcome {
    const perToken = policy.windowMs / policy.limit;
    const capacity = policy.burst * perToken;
    const missing = Math.min(capacity, Math.max(0, this.fullAt - now));
    const wait = missing + cost * perToken - capacity;
    const allowed = wait <= ROUNDING_MS;
    const missingAfter = allowed ? missing + cost * perToken : missing;
    this.fullAt = now + missingAfter;
    const remaining = Math.max(0, Math.floor((capacity - missingAfter + ROUNDING_MS) / perToken));
    return { allowed, remaining, retryAfterMs: allowed ? 0 : Math.ceil(wait - ROUNDING_MS) };
  }

  /** A full bucket can be deleted: a new one starts full. */
  isFull(now: number): boolean {
    return this.fullAt <= now;
  }
}
