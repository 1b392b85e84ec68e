/** What becomes of an error in a command: an answer of the catalogue for the client, and as much noise as it deserves. */
import { Injectable, Logger } from '@nestjs/common';
import type { WireError } from '@aeturnis/contracts';
import { correlationId } from '@aeturnis/platform';
import type { WireErrorFilter } from './command-entry';
import { toAppError } from './wire-error';

@Injectable()
export class WsExceptionFilter implements WireErrorFilter {
  private readonly logger = new Logger('Commands');

  catch(exception: unknown): WireError {
    const error = toAppError(exception);
    const { logLevel } = error.traits;
    if (logLevel === 'error') {
      this.logger.error({ message: 'command failed', correlationId: correlationId(), error: error.cause ?? error });
    } else if (logLevel === 'warn') {
      this.logger.warn({
        message: 'command could not be done',
        code: error.code,
        reason: error.message,
        cause: error.cause,
      });
    }
    return error.toWire();
  }
}
