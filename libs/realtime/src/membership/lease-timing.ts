/** How often leases are renewed and swept: a killed node's users are gone for others after `ttlMs + sweepMs` at most. */

export interface LeaseTiming {
  readonly renewMs: number;
  /** At least three renewals, so that two may fail. */
  readonly ttlMs: number;
  readonly sweepMs: number;
  /** How often a node that has lost the store tries to come back. */
  readonly retryMs: number;
}

export const LEASE_TIMING: LeaseTiming = { renewMs: 3_000, ttlMs: 11_000, sweepMs: 1_500, retryMs: 500 };
