/** Buckets of users on this node: shared by tabs, bounded in number, never shared between commands. */
import { rate } from '@aeturnis/contracts';
import { UserBuckets } from './user-buckets';

const SHORT = rate(1, 2);
const LONG = rate(2, 60);
const buckets = (): UserBuckets => new UserBuckets({ now: () => 0 });

it('counts per user, command and key', () => {
  const own = buckets();
  expect(own.take('anna', 'say', 'zone', SHORT, 0).allowed).toBe(true);
  expect(own.take('anna', 'say', 'zone', SHORT, 0)).toMatchObject({ allowed: false, retryAfterMs: 2_000 });
  expect(own.take('anna', 'say', 'global', SHORT, 0).allowed).toBe(true);
  expect(own.take('ben', 'say', 'zone', SHORT, 0).allowed).toBe(true);
});

it('a flood of keys neither fills the memory nor refills the bucket of another command', () => {
  const own = buckets();
  const allowed = Array.from(
    { length: 1_000 },
    (_, index) => own.take('anna', 'type', `to ${index}`, SHORT, 0).allowed,
  );
  expect(allowed.filter(Boolean).length).toBeLessThan(210);
  expect([1, 2, 3].map(() => own.take('anna', 'ping', '', LONG, 0).allowed)).toEqual([true, true, false]);
  for (let index = 0; index < 100; index++) own.take('anna', 'type', `more ${index}`, SHORT, 1);
  expect(own.take('anna', 'ping', '', LONG, 1).allowed).toBe(false);
});

it('a sweep forgets what is full again, and makes room for other keys', () => {
  let now = 0;
  const own = new UserBuckets({ now: () => now });
  expect(own.take('anna', 'say', '', LONG, now)).toMatchObject({ allowed: true, remaining: 1 });
  for (let index = 0; index < 300; index++) own.take('anna', 'type', `to ${index}`, SHORT, now);
  expect(own.take('anna', 'type', 'to 0', SHORT, now).allowed).toBe(false);
  now = 2_000;
  own.sweep();
  expect(own.take('anna', 'say', '', LONG, now)).toMatchObject({ allowed: true, remaining: 0 });
  const fresh = Array.from({ length: 150 }, (_, index) => own.take('anna', 'type', `new ${index}`, SHORT, now).allowed);
  expect(fresh).not.toContain(false);
});
