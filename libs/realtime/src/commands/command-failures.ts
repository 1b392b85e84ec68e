/** Logs commands that failed, each kind of failure for all gateways together: a database that is away fails most commands. */
import { Injectable, Logger } from '@nestjs/common';
import type { AppError } from '@aeturnis/contracts';
import { correlationId, FailureLog } from '@aeturnis/platform';

/** Of errors whose correlation id the client was told, as many are logged in full within a minute. */
const ERRORS_IN_FULL = 5;

@Injectable()
export class CommandFailures {
  private readonly logger = new Logger('Commands');
  private readonly errors = new FailureLog(this.logger, { inFull: ERRORS_IN_FULL });
  private readonly refusals = new FailureLog(this.logger);

  /** What a client may be refused in the course of a game is not logged. */
  log(error: AppError): void {
    const { code, message: reason, cause, traits } = error;
    if (traits.logLevel === 'error')
      this.errors.error({ message: 'command failed', correlationId: correlationId(), error: cause ?? error });
    else if (traits.logLevel === 'warn')
      this.refusals.warn({ message: 'command could not be done', code, reason, cause }, `${code} ${reason}`);
  }
}
