/** Which rate policy holds for a route: that of the command it is the twin of, or one of its own. */
import { SetMetadata } from '@nestjs/common';
import type { CommandContract, RatePolicy } from '@aeturnis/contracts';

export const OPERATION = 'aeturnis:operation';

export interface RouteOperation {
  readonly name: string;
  /** Absent where `name` is that of a command, whose bucket both ways in share. */
  readonly policy?: RatePolicy;
}

/** `@LimitedAs(MessageSend)`: takes from the caller's bucket of that command, over HTTP and sockets together. */
export const LimitedAs = ({ name }: CommandContract): MethodDecorator =>
  SetMetadata(OPERATION, { name } satisfies RouteOperation);

/** `@Limited('account:update', rate(10, 60))`: an operation that is reached over HTTP alone. Routes of one name share it. */
export const Limited = (name: string, policy: RatePolicy): MethodDecorator =>
  SetMetadata(OPERATION, { name, policy } satisfies RouteOperation);
