/** Limits for new guests per minute on a node: for one network, and for all. */
import { AppError } from '@aeturnis/contracts';
import { GuestRateLimiter } from './guest-rate-limiter';

let now = 0;
const clock = { now: () => now };
const createLimiter = (hasLimits = true): GuestRateLimiter =>
  new GuestRateLimiter({ guestsPerMinute: 10, hasLimits }, clock);

/** The number of accepted attempts, and the last refusal. */
async function attempt(guests: GuestRateLimiter, times: number, address: (n: number) => string) {
  let accepted = 0;
  let refusal: unknown;
  for (let n = 0; n < times; n++) {
    await guests.take(address(n)).then(
      () => accepted++,
      (error: unknown) => (refusal = error instanceof AppError ? error.toWire() : error),
    );
  }
  return { accepted, refusal };
}

beforeEach(() => (now = 0));

it.each([
  ['IPv4 /24', (n: number) => `198.51.100.${n}`],
  ['IPv6 /48', (n: number) => `2001:db8:7:${n.toString(16)}::/64`],
])('guest limits: the addresses of one network (%s) share a fifth of the limit of the node', async (_, address) => {
  const guests = createLimiter();
  expect(await attempt(guests, 5, address)).toMatchObject({
    accepted: 2,
    refusal: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) },
  });
  // Refused attempts of one network do not use up the limit of the node.
  expect(await attempt(guests, 20, (n) => `203.0.${n}.1`)).toMatchObject({ accepted: 8 });
});

it('guest limits: all networks share the limit of the node, which refills within a minute', async () => {
  const guests = createLimiter();
  const anywhere = (n: number): string => `203.0.${n}.1`;
  expect(await attempt(guests, 20, anywhere)).toMatchObject({ accepted: 10, refusal: { code: 'RATE_LIMITED' } });
  now += 60_000;
  expect(await attempt(guests, 20, anywhere)).toMatchObject({ accepted: 10 });
});

it('guest limits: nothing is refused with LIMITS=off', async () => {
  expect(await attempt(createLimiter(false), 50, () => '203.0.113.1')).toMatchObject({ accepted: 50 });
});
