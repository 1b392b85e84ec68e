/** Configures the middleware that every HTTP request passes before it reaches a route. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '@aeturnis/platform';
import { clientIp, EXPOSED_HEADERS, isOriginAllowed } from '@aeturnis/realtime';
import type { Request } from 'express';
import { parseBodies } from './input/body-parser';
import { HttpMetrics } from './http-metrics';
import { allowConditionalRequests } from './responses/conditional-requests';
import { assignRequestId } from './request-id';
import { setSecurityHeaders } from './responses/security-headers';
import { serveApiDocs } from './documentation/api-docs';
import { serveHomePage } from './documentation/home-page';
import { servePages } from './pages/serve-pages';

/** Call it before the application is initialised. */
export function configureHttp(app: NestExpressApplication, config: AppConfig): void {
  defineClientIp(app, config);
  app.use(app.get(HttpMetrics).middleware);
  app.use(assignRequestId);
  app.use(allowConditionalRequests);
  setSecurityHeaders(app, config);
  configureCors(app, config);
  parseBodies(app);
  servePages(app, config);
  serveHomePage(app, config);
  if (config.hasDocs) serveApiDocs(app);
}

/** Makes `request.ip` the same client address as for sockets: Express reads X-Forwarded-For in another way. */
function defineClientIp(app: NestExpressApplication, { trustedProxies }: AppConfig): void {
  const { request } = app.getHttpAdapter().getInstance() as { request: object };
  Object.defineProperty(request, 'ip', {
    configurable: true,
    get(this: Request): string {
      return clientIp(this.headers, this.socket.remoteAddress, trustedProxies);
    },
  });
}

/** Allows the same origins as for sockets. */
function configureCors(app: NestExpressApplication, config: AppConfig): void {
  app.enableCors((request: { headers: { host?: string } }, done) => {
    const { host } = request.headers;
    done(null, {
      origin: (origin, answer) => answer(null, isOriginAllowed(origin, config, host)),
      credentials: true,
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: 600,
    });
  });
}
