/** Holds a caller to the policy of the operation that a route leads to, in the buckets of the twin command, and to what may be answered. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { type LimitOutcome, OperationLimits } from '@aeturnis/realtime';
import type { Response } from 'express';
import type { IdentifiedRequest } from './access.decorators';
import { AnswerLimits } from './answer-limits';
import { RouteOperations } from './route-operations';

@Injectable()
export class OperationGuard implements CanActivate {
  constructor(
    private readonly routes: RouteOperations,
    private readonly limits: OperationLimits,
    private readonly answers: AnswerLimits,
  ) {}

  /** Public routes have no principal; they are limited by address. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<IdentifiedRequest>();
    const { principal, params } = request;
    const body: unknown = request.body;
    const operation = this.routes.of(context.getHandler());
    if (!principal || !operation) return true;
    const payload = typeof body === 'object' && body !== null ? { ...params, ...body } : params;
    const outcome = this.limits.take(principal, operation, payload);
    const enter = (taken: LimitOutcome): Promise<boolean> => {
      mustBeAllowed(taken);
      return this.answers.enter(principal, http.getResponse<Response>(), operation.name).then(() => true);
    };
    return 'then' in outcome ? outcome.then(enter) : enter(outcome);
  }
}

function mustBeAllowed({ allowed, retryAfterMs }: LimitOutcome): void {
  if (!allowed) throw new AppError('RATE_LIMITED', 'Too many requests of this kind', { retryAfterMs });
}
