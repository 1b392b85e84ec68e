/** assertAllowed: what it throws, and when. */
import { assertAllowed } from './assert-allowed';

it('assertAllowed: throws RATE_LIMITED with the message and the waiting time of a refused request only', () => {
  expect(() => assertAllowed({ allowed: true, retryAfterMs: 0 }, 'Too many')).not.toThrow();
  const refused = { code: 'RATE_LIMITED', message: 'Too many', retryAfterMs: 1_500 };
  expect(() => assertAllowed({ allowed: false, retryAfterMs: 1_500 }, 'Too many')).toThrow(
    expect.objectContaining(refused) as Error,
  );
});
