/** For HTTP controllers: requires a bearer token of a user, proved by the same `TokenVerifier` as those of the sockets. */
import type { IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '@aeturnis/contracts';
import { PUBLIC_ROUTE } from '@aeturnis/platform';
import { Clock } from '../../base/clock';
import type { AuthenticatedRequest } from './current-user.decorator';
import { bearerToken, MAX_TOKEN_LENGTH } from '../token-source';
import { TokenVerifier } from '../token-verifier';
import { verifyPrincipal } from '../verify-principal';

/** Routes and controllers with `@Public()` need no token. `@CurrentUser()` injects the user. */
@Injectable()
export class JwtGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError UNAUTHENTICATED, EXPIRED_TOKEN, UNAVAILABLE, and those of the verifier. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, targets)) return true;
    const request = context.switchToHttp().getRequest<IncomingMessage & AuthenticatedRequest>();
    const token = bearerToken(request.headers.authorization);
    if (token === undefined || token.length > MAX_TOKEN_LENGTH)
      throw new AppError('UNAUTHENTICATED', 'An access token is needed: send Authorization: Bearer …');
    if (!this.verifier.isReady) throw new AppError('UNAVAILABLE', 'No account can be looked up yet: try again later');
    request.principal = await verifyPrincipal(this.verifier, token, this.clock);
    return true;
  }
}
