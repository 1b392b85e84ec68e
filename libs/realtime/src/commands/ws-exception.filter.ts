/** What becomes of an error in a command: an answer of the catalogue for the client, and as much noise as it deserves. */
import { Injectable } from '@nestjs/common';
import type { WireError } from '@aeturnis/contracts';
import type { WireErrorFilter } from './command-entry';
import { CommandFailures } from './command-failures';
import { toAppError } from './wire-error';

/** Each module with a gateway has one of its own. */
@Injectable()
export class WsExceptionFilter implements WireErrorFilter {
  constructor(private readonly failures: CommandFailures) {}

  catch(exception: unknown): WireError {
    const error = toAppError(exception);
    this.failures.log(error);
    return error.toWire();
  }
}
