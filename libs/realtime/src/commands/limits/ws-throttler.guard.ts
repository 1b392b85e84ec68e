/** Guard for the rate policies of commands: refuses a command over its limit, or drops it if its policy says so. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { CommandContext } from '../dispatch/command-context';
import { DROPPED } from './dropped';
import { type LimitOutcome, OperationLimits } from './operation-limits';

@Injectable()
export class WsThrottlerGuard implements CanActivate {
  constructor(private readonly limits: OperationLimits) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!(context instanceof CommandContext)) return true;
    const outcome = this.limits.take(context.connection.principal, context.entry.operation, context.getData<unknown>());
    return 'then' in outcome ? outcome.then(assertAllowed) : assertAllowed(outcome);
  }
}

function assertAllowed({ allowed, retryAfterMs, policy }: LimitOutcome): true {
  if (allowed) return true;
  if (policy?.excess === 'drop') throw DROPPED;
  throw new AppError('RATE_LIMITED', 'The rate limit of this command is exceeded', { retryAfterMs });
}
