/** Nobody calls a route without a valid access token and the role it asks for, unless the route says that it is public. */
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError, type Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, correlation, PUBLIC_ROUTE } from '@aeturnis/platform';
import { TokenVerifier } from '@aeturnis/realtime';
import { type IdentifiedRequest, ROLES } from './access.decorators';
import { offeredToken } from './offered-token';
import { refuseForeignPage, requirePageOfOurs } from './page-origin';

@Injectable()
export class JwtHttpGuard implements CanActivate {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const offered = offeredToken(request);
    // Whoever knows the token needs no cookie: only without one does it matter whose page asks.
    if (offered?.source !== 'bearer') refuseForeignPage(request, this.config);
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, places)) return true;
    if (!offered) throw new AppError('UNAUTHENTICATED', 'An access token is needed: Authorization: Bearer …');
    if (offered.source === 'cookie') requirePageOfOurs(request, this.config);
    const needed = this.reflector.getAllAndOverride<string[] | undefined>(ROLES, places);
    const principal = await this.withRole(await this.verifier.verify(offered.token), needed);
    request.principal = principal;
    const current = correlation();
    if (current) current.userId = principal.userId;
    requireRole(principal, needed);
    return true;
  }

  /** What is remembered of an account may be older than a role it got beside this server: who lacks one is looked up. */
  private async withRole(principal: Principal, needed: readonly string[] | undefined): Promise<Principal> {
    if (hasRole(principal, needed)) return principal;
    const [standing] = await this.verifier.standing([principal]);
    return standing && 'roles' in standing ? { ...principal, roles: standing.roles } : principal;
  }
}

const hasRole = ({ roles }: Principal, needed: readonly string[] | undefined): boolean =>
  !needed || needed.some((role) => roles.includes(role));

function requireRole(principal: Principal, needed: readonly string[] | undefined): void {
  if (hasRole(principal, needed)) return;
  throw new AppError('FORBIDDEN', 'You may not do that');
}
