/** Who may call a route, and who does. A route needs a valid access token unless it carries `@Public()`. */
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import type { Request } from 'express';

export const ROLES = 'aeturnis:roles';

/** A request whose token the guard has proved; public routes have no principal. */
export interface IdentifiedRequest extends Request {
  principal?: Principal;
}

/** Lets only users pass who have one of these roles. */
export const Roles = (...roles: string[]): ClassDecorator & MethodDecorator => SetMetadata(ROLES, roles);

/** The `Principal` who calls. Not for public routes. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (!principal) throw new AppError('UNAUTHENTICATED', 'An access token is needed');
  return principal;
});
