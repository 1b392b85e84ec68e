/** Logs failed commands, deduplicated over all gateways: a database outage makes most commands fail in the same way. */
import { Injectable, Logger } from '@nestjs/common';
import type { AppError } from '@aeturnis/contracts';
import { correlationId, FailureLog } from '@aeturnis/platform';

/** How many errors per minute are logged in full; their clients have received the correlation id. */
const ERRORS_IN_FULL = 5;

@Injectable()
export class CommandFailures {
  private readonly logger = new Logger('Commands');
  private readonly errors = new FailureLog(this.logger, { inFull: ERRORS_IN_FULL });
  private readonly refusals = new FailureLog(this.logger);

  /** Refusals that are normal in a game, such as validation errors, are not logged. */
  log(error: AppError): void {
    const { code, message: reason, cause, traits } = error;
    if (traits.logLevel === 'error')
      this.errors.error({ message: 'command failed', correlationId: correlationId(), error: cause ?? error });
    else if (traits.logLevel === 'warn')
      this.refusals.warn({ message: 'temporary command failure', code, reason, cause }, `${code} ${reason}`);
  }
}
