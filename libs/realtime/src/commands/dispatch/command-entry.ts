/** An entry of the command table: everything about a command that is resolved at boot, so that running it needs no lookups. */
import type { CanActivate, Type } from '@nestjs/common';
import type { CommandContract, WireError } from '@aeturnis/contracts';
import type { Caller } from '../../connections/caller';
import type { Operation } from '../limits/operations';
import type { CommandRequest } from './handles.decorator';
import type { DtoParser } from '../validation/ws-validation.pipe';

export interface WireErrorFilter {
  catch(exception: unknown): WireError;
}

export interface CommandEntry {
  readonly contract: CommandContract;
  /** Its policy is the contract's, or the override by the application or `@Throttle`; null with `@SkipThrottle`. */
  readonly operation: Operation;
  readonly guards: readonly CanActivate[];
  /** Converts a payload to the validated DTO, or throws. */
  readonly parse: DtoParser;
  readonly filter: WireErrorFilter;
  readonly gateway: Type;
  readonly handler: (
    payload: object,
    caller: Caller,
    request: CommandRequest,
  ) => object | undefined | Promise<object | undefined>;
}
