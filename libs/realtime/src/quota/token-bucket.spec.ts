/** TokenBucket, which stores only the time when it will be full, behaves like a plain token bucket. */
import { fc } from '../../../../test/support/properties';
import type { BucketPolicy } from './quota-store';
import { ROUNDING_MS, TokenBucket } from './token-bucket';

const START = 1_800_000_000_000;

const policies = fc.record({
  limit: fc.integer({ min: 1, max: 100 }),
  windowMs: fc.integer({ min: 100, max: 3_600_000 }),
  burst: fc.integer({ min: 1, max: 60 }),
});

/** The straightforward implementation: a number of tokens that grows with time. */
class PlainBucket {
  constructor(
    private readonly policy: BucketPolicy,
    private last: number,
    public tokens = policy.burst,
  ) {}

  refill(now: number): void {
    const { burst, limit, windowMs } = this.policy;
    this.tokens = Math.min(burst, this.tokens + ((now - this.last) * limit) / windowMs);
    this.last = now;
  }
}

describe('TokenBucket', () => {
  it('answers like a plain bucket, for any sequence of requests', () => {
    const steps = fc.array(fc.record({ refills: fc.double({ min: 0, max: 1.5, noNaN: true }), cost: fc.nat() }), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(policies, steps, (policy, requests) => {
        const bucket = new TokenBucket();
        const perToken = policy.windowMs / policy.limit;
        // Within this fraction of a token, rounding may go either way.
        const tolerance = (2 * ROUNDING_MS) / perToken;
        let now = START;
        const plain = new PlainBucket(policy, now);
        for (const { refills, cost: costSeed } of requests) {
          now += Math.floor(refills * perToken);
          const cost = 1 + (costSeed % policy.burst);
          plain.refill(now);
          const { allowed, remaining, retryAfterMs } = bucket.take(policy, now, cost);
          const missing = cost - plain.tokens;
          if (Math.abs(missing) > tolerance) expect(allowed).toBe(missing < 0);
          if (allowed) plain.tokens -= cost;
          // Both numbers are rounded down: they differ by one at most, or by two if a token takes only a millisecond.
          expect(Math.abs(remaining - Math.floor(plain.tokens + tolerance))).toBeLessThanOrEqual(1 + 10 * tolerance);
          if (allowed) expect(retryAfterMs).toBe(0);
          else expect(Math.abs(retryAfterMs - missing * perToken)).toBeLessThanOrEqual(1.5);
        }
      }),
    );
  });

  it('refuses a request until retryAfterMs has passed, and allows it then', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 60 }), fc.nat(10_000), (policy, maxCost, delayMs) => {
        const cost = Math.min(maxCost, policy.burst);
        const drained = (): TokenBucket => {
          const bucket = new TokenBucket();
          bucket.take(policy, START, policy.burst);
          return bucket;
        };
        const now = START + delayMs;
        const { allowed, retryAfterMs } = drained().take(policy, now, cost);
        if (allowed) return;
        expect(drained().take(policy, now + retryAfterMs, cost).allowed).toBe(true);
        // One millisecond earlier may suffice, because `retryAfterMs` is rounded up; two milliseconds earlier do not.
        expect(drained().take(policy, now + retryAfterMs - 2, cost).allowed).toBe(false);
      }),
    );
  });

  it('never grants more tokens than burst and refill together', () => {
    fc.assert(
      fc.property(policies, fc.array(fc.nat(500), { maxLength: 200 }), (policy, gaps) => {
        const bucket = new TokenBucket();
        let now = START;
        let granted = 0;
        for (const gap of gaps) {
          now += gap;
          if (bucket.take(policy, now).allowed) granted++;
        }
        // A millisecond for ROUNDING_MS, and 1e-6 for floating-point numbers.
        expect(granted).toBeLessThanOrEqual(policy.burst + ((now - START + 1) * policy.limit) / policy.windowMs + 1e-6);
      }),
    );
  });

  it('counts down the remaining tokens, and refills', () => {
    const policy = { limit: 10, windowMs: 60_000, burst: 5 };
    const bucket = new TokenBucket();
    expect(Array.from({ length: 6 }, () => bucket.take(policy, START).remaining)).toEqual([4, 3, 2, 1, 0, 0]);
    expect(bucket.take(policy, START)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 6_000 });
    expect(bucket.isFull(START + 29_999)).toBe(false);
    expect(bucket.isFull(START + 30_000)).toBe(true);
    expect(bucket.take(policy, START + 30_000).remaining).toBe(4);
  });

  it('delays a request for one token by at most the refill time of a token if the clock is set back', () => {
    const policy = { limit: 1, windowMs: 1_000, burst: 2 };
    const bucket = new TokenBucket();
    bucket.take(policy, START, 2);
    expect(bucket.take(policy, START - 3_600_000)).toMatchObject({ allowed: false, retryAfterMs: 1_000 });
    expect(bucket.take(policy, START - 3_599_000).allowed).toBe(true);
  });
});
