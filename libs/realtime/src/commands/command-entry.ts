/** Everything about a command that can be known at boot, so that nothing is looked up while it runs. */
import type { CanActivate, Type } from '@nestjs/common';
import type { CommandContract, WireError } from '@aeturnis/contracts';
import type { Caller } from '../connections/caller';
import type { Operation } from '../limits/operations';
import type { CommandRequest } from './handles.decorator';
import type { DtoReader } from './ws-validation.pipe';

export interface WireErrorFilter {
  catch(exception: unknown): WireError;
}

export interface CommandEntry {
  readonly contract: CommandContract;
  /** Its policy is the contract's, or what the application or `@Throttle` put in its place; null where `@SkipThrottle`. */
  readonly operation: Operation;
  readonly guards: readonly CanActivate[];
  /** Makes a payload its DTO, or throws. */
  readonly read: DtoReader;
  readonly filter: WireErrorFilter;
  readonly gateway: Type;
  readonly handler: (
    payload: object,
    caller: Caller,
    request: CommandRequest,
  ) => object | undefined | Promise<object | undefined>;
}
