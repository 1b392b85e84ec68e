/** What every HTTP request passes before it reaches a route. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '@aeturnis/platform';
import { clientIp, isOriginAllowed } from '@aeturnis/realtime';
import type { Request } from 'express';
import { readBodies } from './body';
import { HttpMetrics } from './http-metrics';
import { revalidate } from './revalidate';
import { requestId } from './request-id';
import { setSecurityHeaders } from './security-headers';
import { serveDocuments } from './documents';
import { serveHomePage } from './home-page';

/** Call it before the application is initialised. */
export function configureHttp(app: NestExpressApplication, config: AppConfig): void {
  readAddresses(app, config);
  app.use(app.get(HttpMetrics).middleware);
  app.use(requestId);
  app.use(revalidate);
  setSecurityHeaders(app);
  allowPages(app, config);
  readBodies(app);
  serveHomePage(app, config);
  if (config.docsOn) serveDocuments(app);
}

/** `request.ip` is what sockets call the address of a client: Express reads the header in another way. */
function readAddresses(app: NestExpressApplication, { trustedProxies }: AppConfig): void {
  const { request } = app.getHttpAdapter().getInstance() as { request: object };
  Object.defineProperty(request, 'ip', {
    configurable: true,
    get(this: Request): string {
      return clientIp(this.headers, this.socket.remoteAddress, trustedProxies);
    },
  });
}

/** The same pages that may open a socket. */
function allowPages(app: NestExpressApplication, config: AppConfig): void {
  app.enableCors((request: { headers: { host?: string } }, done) => {
    const { host } = request.headers;
    done(null, {
      origin: (origin, answer) => answer(null, isOriginAllowed(origin, config, host)),
      credentials: true,
      exposedHeaders: ['ETag', 'X-Request-Id', 'Retry-After'],
      maxAge: 600,
    });
  });
}
