/** Converts an exception of a command to an error of the catalogue, and logs it at the level of its code. */
import { Injectable } from '@nestjs/common';
import type { WireError } from '@aeturnis/contracts';
import type { WireErrorFilter } from './command-entry';
import { CommandFailures } from './command-failures';
import { toAppError } from '../../base/wire-error';

/** Nest creates one instance per module with a gateway. */
@Injectable()
export class WsExceptionFilter implements WireErrorFilter {
  constructor(private readonly failures: CommandFailures) {}

  catch(exception: unknown): WireError {
    const error = toAppError(exception);
    this.failures.log(error);
    return error.toWire();
  }
}
