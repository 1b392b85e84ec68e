/** The decorator for the roles that a route requires, and a request with its authenticated user. Routes without `@Public()` need a token. */
import { SetMetadata } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import type { Request } from 'express';

export const ROLES_METADATA = 'aeturnis:roles';

/** A request after authentication. `principal` is absent on public routes. */
export interface IdentifiedRequest extends Request {
  principal?: Principal;
}

/** Requires one of these roles. */
export const Roles = (...roles: string[]): ClassDecorator & MethodDecorator => SetMetadata(ROLES_METADATA, roles);
