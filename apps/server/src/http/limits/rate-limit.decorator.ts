/** Decorators for the rate policy of a route: the policy of an equivalent command, or one of its own. */
import { SetMetadata } from '@nestjs/common';
import type { CommandContract, RatePolicy } from '@aeturnis/contracts';

export const OPERATION = 'aeturnis:operation';

export interface RouteOperation {
  readonly name: string;
  /** Absent if `name` is a command, whose bucket HTTP and sockets share. */
  readonly policy?: RatePolicy;
}

/** `@RateLimitAs(MessageSend)`: uses the caller's bucket of that command, which HTTP and sockets share. */
export const RateLimitAs = ({ name }: CommandContract): MethodDecorator =>
  SetMetadata(OPERATION, { name } satisfies RouteOperation);

/** `@RateLimit('account:update', rate(10, 60))`: an operation that exists only over HTTP. Routes with the same name share it. */
export const RateLimit = (name: string, policy: RatePolicy): MethodDecorator =>
  SetMetadata(OPERATION, { name, policy } satisfies RouteOperation);
