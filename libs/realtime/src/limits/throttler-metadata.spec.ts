/** The keys under which @nestjs/throttler keeps what its decorators say, whatever a version calls them. */
import 'reflect-metadata';
import { Throttle } from '@nestjs/throttler';
import { metadataKeyOf, THROTTLE_LIMIT, THROTTLE_SKIP, THROTTLE_TTL } from './throttler-metadata';

it('finds what a decorated method says', () => {
  class Gateway {
    @Throttle({ default: { limit: 3, ttl: 5 } })
    handle(): void {}
  }
  const { handle } = Gateway.prototype;
  expect([THROTTLE_LIMIT, THROTTLE_TTL].map((key) => Reflect.getMetadata(key, handle) as unknown)).toEqual([3, 5]);
  expect(Reflect.getMetadata(THROTTLE_SKIP, handle)).toBeUndefined();
});

it('finds a key that has another name', () => {
  expect(metadataKeyOf(Reflect.metadata('renamed', 7) as ClassDecorator, 7)).toBe('renamed');
});

it('refuses a version whose decorators leave nothing', () => {
  expect(() => metadataKeyOf(() => undefined, 7)).toThrow('@nestjs/throttler');
});
