/** Holds a caller to the policy of the operation that a route leads to, in the same buckets as the twin command. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { type LimitOutcome, OperationLimits } from '@aeturnis/realtime';
import type { IdentifiedRequest } from './access.decorators';
import { RouteOperations } from './route-operations';

@Injectable()
export class OperationGuard implements CanActivate {
  constructor(
    private readonly routes: RouteOperations,
    private readonly limits: OperationLimits,
  ) {}

  /** Public routes have no principal; they are limited by address. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const { principal, params } = request;
    const body: unknown = request.body;
    const operation = this.routes.of(context.getHandler());
    if (!principal || !operation) return true;
    const payload = typeof body === 'object' && body !== null ? { ...params, ...body } : params;
    const outcome = this.limits.take(principal, operation, payload);
    return 'then' in outcome ? outcome.then(pass) : pass(outcome);
  }
}

function pass({ allowed, retryAfterMs }: LimitOutcome): true {
  if (allowed) return true;
  throw new AppError('RATE_LIMITED', 'Too many requests of this kind', { retryAfterMs });
}
