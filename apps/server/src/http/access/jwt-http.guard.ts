/** Requires a valid access token and the route's roles on every HTTP route that is not marked `@Public()`. */
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError, type Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, currentCorrelation, PUBLIC_ROUTE } from '@aeturnis/platform';
import { TokenVerifier } from '@aeturnis/realtime';
import { type IdentifiedRequest, ROLES_METADATA } from './access.decorators';
import { extractRequestToken } from './request-token';
import { rejectForeignOrigin, requireAllowedOrigin } from './origin-check';

@Injectable()
export class JwtHttpGuard implements CanActivate {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const requestToken = extractRequestToken(request);
    // Browsers do not attach bearer tokens by themselves, so only other requests can be forged by a foreign page.
    if (requestToken?.source !== 'bearer') rejectForeignOrigin(request, this.config);
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, targets)) return true;
    if (!requestToken) throw new AppError('UNAUTHENTICATED', 'An access token is needed: send Authorization: Bearer …');
    if (requestToken.source === 'cookie') requireAllowedOrigin(request, this.config);
    const requiredRoles = this.reflector.getAllAndOverride<string[] | undefined>(ROLES_METADATA, targets);
    const principal = await this.refreshRoles(await this.verifier.verify(requestToken.token), requiredRoles);
    request.principal = principal;
    const correlation = currentCorrelation();
    if (correlation) correlation.userId = principal.userId;
    requireRole(principal, requiredRoles);
    return true;
  }

  /** Reads the roles again before a refusal: the cached ones may be older than a role that `npm run admin:grant` has added. */
  private async refreshRoles(principal: Principal, required: readonly string[] | undefined): Promise<Principal> {
    if (hasRole(principal, required)) return principal;
    const [status] = await this.verifier.currentStatuses([principal]);
    return status && 'roles' in status ? { ...principal, roles: status.roles } : principal;
  }
}

const hasRole = ({ roles }: Principal, required: readonly string[] | undefined): boolean =>
  !required || required.some((role) => roles.includes(role));

function requireRole(principal: Principal, required: readonly string[] | undefined): void {
  if (hasRole(principal, required)) return;
  throw new AppError('FORBIDDEN', 'You lack the role that this request requires');
}
