/** Intervals of the membership lease: the users of a killed node go offline after `ttlMs + sweepMs` at most. */

export interface LeaseTiming {
  readonly renewMs: number;
  /** At least three renewal intervals, so that two renewals may fail. */
  readonly ttlMs: number;
  readonly sweepMs: number;
  /** How often a node that cannot reach the store tries to reconnect. */
  readonly retryMs: number;
}

export const LEASE_TIMING: LeaseTiming = { renewMs: 3_000, ttlMs: 11_000, sweepMs: 1_500, retryMs: 500 };
