/** Headers that tell browsers and caches what they must not do with our answers. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** Answers are data: nothing in them is ever run. */
const forData = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
});

/** The documents are a page with scripts and styles of this server. */
const forDocuments = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
});

export function setSecurityHeaders(app: NestExpressApplication): void {
  app.use((request: Request, response: Response, next: NextFunction) => {
    // Most of them carry tokens or personal data; what may be kept says so itself.
    response.setHeader('Cache-Control', 'no-store');
    (/^\/docs(\/|$)/.test(request.path) ? forDocuments : forData)(request, response, next);
  });
}
