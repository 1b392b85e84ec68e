/** Decorators for the roles that a route requires and for its authenticated user. Routes without `@Public()` need a token. */
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import type { Request } from 'express';

export const ROLES_METADATA = 'aeturnis:roles';

/** A request after authentication. `principal` is absent on public routes. */
export interface IdentifiedRequest extends Request {
  principal?: Principal;
}

/** Requires one of these roles. */
export const Roles = (...roles: string[]): ClassDecorator & MethodDecorator => SetMetadata(ROLES_METADATA, roles);

/** Injects the caller's `Principal`. Not for public routes. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (!principal) throw new AppError('UNAUTHENTICATED', 'An access token is needed: send Authorization: Bearer …');
  return principal;
});
