/**
 * Where the decorators of @nestjs/throttler leave what they say, for its throttler 'default'. The keys are no part of its API:
 * they are looked up on a class that has been decorated, so that another version may name them as it likes.
 */
import 'reflect-metadata';
import { SkipThrottle, Throttle } from '@nestjs/throttler';

const LIMIT = 1_234_567;
const TTL = 7_654_321;

/** @throws where the decorator leaves no such value: limits would be ignored. */
export function metadataKeyOf(decorate: ClassDecorator, value: unknown): unknown {
  class Decorated {}
  decorate(Decorated);
  for (const key of Reflect.getMetadataKeys(Decorated) as unknown[])
    if (Reflect.getMetadata(key, Decorated) === value) return key;
  throw new Error(
    'Rate limits need @nestjs/throttler 6; the decorators of this version leave no metadata that is known',
  );
}

const throttle = Throttle({ default: { limit: LIMIT, ttl: TTL } });

export const THROTTLE_LIMIT = metadataKeyOf(throttle, LIMIT);
export const THROTTLE_TTL = metadataKeyOf(throttle, TTL);
export const THROTTLE_SKIP = metadataKeyOf(SkipThrottle(), true);
