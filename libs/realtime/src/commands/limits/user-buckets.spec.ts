/** UserBuckets: bounded in number, and never shared between commands. */
import { rate } from '@aeturnis/contracts';
import { UserBuckets } from './user-buckets';

const SHORT = rate(1, 2);
const LONG = rate(2, 60);
const createBuckets = (): UserBuckets => new UserBuckets({ now: () => 0 });

it('counts separately for each user, command and key', () => {
  const buckets = createBuckets();
  expect(buckets.take('anna', 'say', 'zone', SHORT, 0).allowed).toBe(true);
  expect(buckets.take('anna', 'say', 'zone', SHORT, 0)).toMatchObject({ allowed: false, retryAfterMs: 2_000 });
  expect(buckets.take('anna', 'say', 'global', SHORT, 0).allowed).toBe(true);
  expect(buckets.take('ben', 'say', 'zone', SHORT, 0).allowed).toBe(true);
});

it('bounds the buckets of a user who floods keys, without refilling the bucket of another command', () => {
  const buckets = createBuckets();
  const allowed = Array.from({ length: 1_000 }, (_, i) => buckets.take('anna', 'type', `to ${i}`, SHORT, 0).allowed);
  expect(allowed.filter(Boolean).length).toBeLessThan(210);
  expect([1, 2, 3].map(() => buckets.take('anna', 'ping', '', LONG, 0).allowed)).toEqual([true, true, false]);
  for (let index = 0; index < 100; index++) buckets.take('anna', 'type', `more ${index}`, SHORT, 1);
  expect(buckets.take('anna', 'ping', '', LONG, 1).allowed).toBe(false);
});

it('removes refilled buckets in a sweep, which makes room for other keys', () => {
  let now = 0;
  const buckets = new UserBuckets({ now: () => now });
  expect(buckets.take('anna', 'say', '', LONG, now)).toMatchObject({ allowed: true, remaining: 1 });
  for (let index = 0; index < 300; index++) buckets.take('anna', 'type', `to ${index}`, SHORT, now);
  expect(buckets.take('anna', 'type', 'to 0', SHORT, now).allowed).toBe(false);
  now = 2_000;
  buckets.sweep();
  expect(buckets.take('anna', 'say', '', LONG, now)).toMatchObject({ allowed: true, remaining: 0 });
  const allowed = Array.from({ length: 150 }, (_, i) => buckets.take('anna', 'type', `new ${i}`, SHORT, now).allowed);
  expect(allowed).not.toContain(false);
});
