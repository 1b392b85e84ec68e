/** A limit of its own for a route that invites abuse. */
import { Throttle } from '@nestjs/throttler';

/** So many calls a minute and address, over all nodes, apart from the general limit. */
export const PerMinute = (limit: number): ClassDecorator & MethodDecorator =>
  Throttle({ default: { limit, ttl: 60_000 } });
