/** A token bucket in one number, by the generic cell rate algorithm (ITU-T I.371): when it will be full again. */
import type { BucketPolicy, QuotaOutcome } from './quota-store';

/** Milliseconds of refill that rounding may cost; below it a token counts as there. */
export const ROUNDING_MS = 0.05;

export class TokenBucket {
  private fullAt = 0;

  /** As `take`, for who does not ask how much is left. */
  admits(policy: BucketPolicy, now: number, cost = 1): boolean {
    const perToken = policy.windowMs / policy.limit;
    const capacity = policy.burst * perToken;
    const left = Math.min(capacity, Math.max(0, this.fullAt - now)) + cost * perToken;
    if (left - capacity > ROUNDING_MS) return false;
    this.fullAt = now + left;
    return true;
  }

  /** `now` in milliseconds. The policy may change between calls; a clock set back costs at most one refill of the bucket. */
  take(policy: BucketPolicy, now: number, cost = 1): QuotaOutcome {
    const perToken = policy.windowMs / policy.limit;
    const capacity = policy.burst * perToken;
    const missing = Math.min(capacity, Math.max(0, this.fullAt - now));
    const wait = missing + cost * perToken - capacity;
    const allowed = wait <= ROUNDING_MS;
    const left = allowed ? missing + cost * perToken : missing;
    this.fullAt = now + left;
    const remaining = Math.max(0, Math.floor((capacity - left + ROUNDING_MS) / perToken));
    return { allowed, remaining, retryAfterMs: allowed ? 0 : Math.ceil(wait - ROUNDING_MS) };
  }

  /** A full bucket says no more than none. */
  full(now: number): boolean {
    return this.fullAt <= now;
  }
}
