/** Rate policies of commands: answers one over its limit by an error, or in silence where its policy says so. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { CommandContext } from '../commands/command-context';
import { DROPPED } from './dropped';
import { type LimitOutcome, OperationLimits } from './operation-limits';

@Injectable()
export class WsThrottlerGuard implements CanActivate {
  constructor(private readonly limits: OperationLimits) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!(context instanceof CommandContext)) return true;
    const outcome = this.limits.take(context.connection.principal, context.entry.operation, context.getData<unknown>());
    return 'then' in outcome ? outcome.then(pass) : pass(outcome);
  }
}

function pass({ allowed, retryAfterMs, policy }: LimitOutcome): true {
  if (allowed) return true;
  if (policy?.excess === 'drop') throw DROPPED;
  throw new AppError('RATE_LIMITED', 'Too many of these commands', { retryAfterMs });
}
