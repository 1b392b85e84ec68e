/** What guests of one network, and of all, may begin within a minute on a node. */
import { AppError } from '@aeturnis/contracts';
import { GuestAllowance } from './guest-allowance';

let now = 0;
const clock = { now: () => now };
const allowance = (limitsOn = true): GuestAllowance => new GuestAllowance({ guestsPerMinute: 10, limitsOn }, clock);

/** How many of so many attempts are let in, and the last refusal. */
async function attempt(guests: GuestAllowance, times: number, address: (n: number) => string) {
  let taken = 0;
  let refusal: unknown;
  for (let n = 0; n < times; n++) {
    await guests.take(address(n)).then(
      () => taken++,
      (error: unknown) => (refusal = error instanceof AppError ? error.toWire() : error),
    );
  }
  return { taken, refusal };
}

beforeEach(() => (now = 0));

it.each([
  ['IPv4 /24', (n: number) => `198.51.100.${n}`],
  ['IPv6 /48', (n: number) => `2001:db8:7:${n.toString(16)}::/64`],
])('guests: the addresses of one network (%s) get a fifth of what a node allows together', async (_, address) => {
  const guests = allowance();
  expect(await attempt(guests, 5, address)).toMatchObject({
    taken: 2,
    refusal: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) },
  });
  // What it was refused is left for the others.
  expect(await attempt(guests, 20, (n) => `203.0.${n}.1`)).toMatchObject({ taken: 8 });
});

it('guests: all networks together get what a node allows, and that comes back within a minute', async () => {
  const guests = allowance();
  const anywhere = (n: number): string => `203.0.${n}.1`;
  expect(await attempt(guests, 20, anywhere)).toMatchObject({ taken: 10, refusal: { code: 'RATE_LIMITED' } });
  now += 60_000;
  expect(await attempt(guests, 20, anywhere)).toMatchObject({ taken: 10 });
});

it('guests: without limits there is none', async () => {
  expect(await attempt(allowance(false), 50, () => '203.0.113.1')).toMatchObject({ taken: 50 });
});
