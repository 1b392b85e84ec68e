/** metadataKeyOf: finds the metadata keys of the @nestjs/throttler decorators, which may differ between versions. */
import 'reflect-metadata';
import { Throttle } from '@nestjs/throttler';
import { metadataKeyOf, THROTTLE_LIMIT, THROTTLE_SKIP, THROTTLE_TTL } from './throttler-metadata';

it('finds the keys under which a decorated method has its limits', () => {
  class Gateway {
    @Throttle({ default: { limit: 3, ttl: 5 } })
    handle(): void {}
  }
  const { handle } = Gateway.prototype;
  expect([THROTTLE_LIMIT, THROTTLE_TTL].map((key) => Reflect.getMetadata(key, handle) as unknown)).toEqual([3, 5]);
  expect(Reflect.getMetadata(THROTTLE_SKIP, handle)).toBeUndefined();
});

it('finds a key with a different name', () => {
  expect(metadataKeyOf(Reflect.metadata('renamed', 7) as ClassDecorator, 7)).toBe('renamed');
});

it('throws for a decorator that stores no metadata', () => {
  expect(() => metadataKeyOf(() => undefined, 7)).toThrow('@nestjs/throttler');
});
