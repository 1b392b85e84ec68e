/** What every HTTP request passes before it reaches a route. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '@aeturnis/platform';
import { isOriginAllowed } from '@aeturnis/realtime';
import { readBodies } from './body';
import { requestId } from './request-id';
import { setSecurityHeaders } from './security-headers';
import { setupSwagger } from './swagger';

/** Call it before the application is initialised. */
export function configureHttp(app: NestExpressApplication, config: AppConfig): void {
  app.set('trust proxy', config.trustedProxies);
  app.use(requestId);
  setSecurityHeaders(app);
  allowPages(app, config);
  readBodies(app);
  setupSwagger(app);
}

/** The same pages that may open a socket. */
function allowPages(app: NestExpressApplication, config: AppConfig): void {
  app.enableCors((request: { headers: { host?: string } }, done) => {
    const { host } = request.headers;
    done(null, {
      origin: (origin, answer) => answer(null, isOriginAllowed(origin, config, host)),
      credentials: true,
      exposedHeaders: ['X-Request-Id', 'Retry-After'],
      maxAge: 600,
    });
  });
}
