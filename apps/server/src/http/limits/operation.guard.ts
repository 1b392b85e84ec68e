/** Applies the rate policy of a route's operation, in the buckets that it shares with its command, and the response limits. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { assertAllowed, type LimitOutcome, OperationLimits } from '@aeturnis/realtime';
import type { Response } from 'express';
import type { IdentifiedRequest } from '../access/access.decorators';
import { ResponseLimits } from './response-limits';
import { RouteOperations } from './route-operations';

@Injectable()
export class OperationGuard implements CanActivate {
  constructor(
    private readonly routes: RouteOperations,
    private readonly limits: OperationLimits,
    private readonly responseLimits: ResponseLimits,
  ) {}

  /** Public routes have no principal; HttpThrottlerGuard limits them by address. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<IdentifiedRequest>();
    const { principal, params } = request;
    const body: unknown = request.body;
    const operation = this.routes.find(context.getHandler());
    if (!principal || !operation) return true;
    const payload = typeof body === 'object' && body !== null ? { ...params, ...body } : params;
    const outcome = this.limits.take(principal, operation, payload);
    const acquire = (resolved: LimitOutcome): Promise<boolean> => {
      assertAllowed(resolved, 'Too many requests of this kind');
      return this.responseLimits.acquire(principal, http.getResponse<Response>(), operation.name).then(() => true);
    };
    return 'then' in outcome ? outcome.then(acquire) : acquire(outcome);
  }
}
