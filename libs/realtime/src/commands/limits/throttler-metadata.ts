/**
 * The metadata keys of the @nestjs/throttler decorators, for the throttler 'default'. The keys are not part of its API, so
 * they are found on a decorated class instead of being hard-coded: another version may name them differently.
 */
import 'reflect-metadata';
import { SkipThrottle, Throttle } from '@nestjs/throttler';

const LIMIT = 1_234_567;
const TTL = 7_654_321;

/** @throws if the decorator stores no such value: its limits would be ignored. */
export function metadataKeyOf(decorate: ClassDecorator, value: unknown): unknown {
  class Decorated {}
  decorate(Decorated);
  for (const key of Reflect.getMetadataKeys(Decorated) as unknown[])
    if (Reflect.getMetadata(key, Decorated) === value) return key;
  throw new Error('the decorators of the installed @nestjs/throttler store no known metadata; install version 6');
}

const throttle = Throttle({ default: { limit: LIMIT, ttl: TTL } });

export const THROTTLE_LIMIT = metadataKeyOf(throttle, LIMIT);
export const THROTTLE_TTL = metadataKeyOf(throttle, TTL);
export const THROTTLE_SKIP = metadataKeyOf(SkipThrottle(), true);
