/** Decorator for a separate rate limit by address, for routes that are prone to abuse. */
import { Throttle } from '@nestjs/throttler';

/** @param limit calls per minute and address, over all nodes, in addition to the common limit. */
export const ThrottlePerMinute = (limit: number): ClassDecorator & MethodDecorator =>
  Throttle({ default: { limit, ttl: 60_000 } });
