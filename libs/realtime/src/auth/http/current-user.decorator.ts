/** `@CurrentUser()` injects the authenticated user of an HTTP request into a route handler. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';

/** A request after its guard. `principal` is absent on public routes. */
export interface AuthenticatedRequest {
  principal?: Principal;
}

/** Injects the `Principal` of the caller. Not for public routes. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!principal) throw new AppError('UNAUTHENTICATED', 'An access token is needed: send Authorization: Bearer …');
  return principal;
});
