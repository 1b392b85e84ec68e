/** The bucket in one number does what a bucket with tokens does. */
import { fc } from '../../../../test/support/properties';
import type { BucketPolicy } from './quota-store';
import { ROUNDING_MS, TokenBucket } from './token-bucket';

const START = 1_800_000_000_000;

const policies = fc.record({
  limit: fc.integer({ min: 1, max: 100 }),
  windowMs: fc.integer({ min: 100, max: 3_600_000 }),
  burst: fc.integer({ min: 1, max: 60 }),
});

/** Tokens that drip in one after the other, as anybody would write it. */
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
  it('answers as a plain bucket does, whatever comes when', () => {
    const steps = fc.array(fc.record({ share: fc.double({ min: 0, max: 1.5, noNaN: true }), cost: fc.nat() }), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(policies, steps, (policy, asked) => {
        const bucket = new TokenBucket();
        const perToken = policy.windowMs / policy.limit;
        // Rounding may decide either way within this part of a token.
        const unsure = (2 * ROUNDING_MS) / perToken;
        let now = START;
        const plain = new PlainBucket(policy, now);
        for (const { share, cost: any } of asked) {
          now += Math.floor(share * perToken);
          const cost = 1 + (any % policy.burst);
          plain.refill(now);
          const { allowed, remaining, retryAfterMs } = bucket.take(policy, now, cost);
          const missing = cost - plain.tokens;
          if (Math.abs(missing) > unsure) expect(allowed).toBe(missing < 0);
          if (allowed) plain.tokens -= cost;
          expect(Math.abs(remaining - Math.floor(plain.tokens + unsure))).toBeLessThanOrEqual(
            unsure < 0.5 ? unsure * 10 + 1 : 1,
          );
          if (allowed) expect(retryAfterMs).toBe(0);
          else expect(Math.abs(retryAfterMs - missing * perToken)).toBeLessThanOrEqual(1.5);
        }
      }),
    );
  });

  it('keeps its word: not before, but at the time it named', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 60 }), fc.nat(10_000), (policy, wish, wait) => {
        const cost = Math.min(wish, policy.burst);
        const drained = (): TokenBucket => {
          const bucket = new TokenBucket();
          bucket.take(policy, START, policy.burst);
          return bucket;
        };
        const now = START + wait;
        const { allowed, retryAfterMs } = drained().take(policy, now, cost);
        if (allowed) return;
        expect(drained().take(policy, now + retryAfterMs, cost).allowed).toBe(true);
        // A millisecond is what it is rounded up to, and another what rounding may make of a time that falls on one.
        expect(drained().take(policy, now + retryAfterMs - 2, cost).allowed).toBe(false);
      }),
    );
  });

  it('never grants more than burst and refill together', () => {
    fc.assert(
      fc.property(policies, fc.array(fc.nat(500), { maxLength: 200 }), (policy, gaps) => {
        const bucket = new TokenBucket();
        let now = START;
        let granted = 0;
        for (const gap of gaps) {
          now += gap;
          if (bucket.take(policy, now).allowed) granted++;
        }
        expect(granted).toBeLessThanOrEqual(policy.burst + ((now - START + 1) * policy.limit) / policy.windowMs + 1e-6);
      }),
    );
  });

  it('counts down what remains and fills up again', () => {
    const policy = { limit: 10, windowMs: 60_000, burst: 5 };
    const bucket = new TokenBucket();
    expect(Array.from({ length: 6 }, () => bucket.take(policy, START).remaining)).toEqual([4, 3, 2, 1, 0, 0]);
    expect(bucket.take(policy, START)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 6_000 });
    expect(bucket.full(START + 29_999)).toBe(false);
    expect(bucket.full(START + 30_000)).toBe(true);
    expect(bucket.take(policy, START + 30_000).remaining).toBe(4);
  });

  it('is not locked by a clock that is set back', () => {
    const policy = { limit: 1, windowMs: 1_000, burst: 2 };
    const bucket = new TokenBucket();
    bucket.take(policy, START, 2);
    expect(bucket.take(policy, START - 3_600_000)).toMatchObject({ allowed: false, retryAfterMs: 1_000 });
    expect(bucket.take(policy, START - 3_599_000).allowed).toBe(true);
  });
});
