/** Security headers of HTTP responses: content security policy, caching and related headers. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '@aeturnis/platform';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** For JSON responses, in which nothing may be executed. */
const setDataHeaders = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
});

/** For the page of commands and events, which is static: its style sheet and icon are all that it loads. */
const setStaticPageHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
});

/** For the documentation page of the HTTP API, which uses scripts and styles of this server. */
const setDocsHeaders = helmet({
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

/** For the playground and the console, whose scripts create no markup from text: the browser refuses it (Trusted Types). */
const setPageHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'"],
      fontSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
    },
  },
});

export function setSecurityHeaders(app: NestExpressApplication, { hasPlayground }: AppConfig): void {
  app.use((request: Request, response: Response, next: NextFunction) => {
    // Most responses contain tokens or personal data. Cacheable ones override this header.
    response.setHeader('Cache-Control', 'no-store');
    headersFor(request.path, hasPlayground)(request, response, next);
  });
}

function headersFor(path: string, hasPlayground: boolean): typeof setDataHeaders {
  // Express ignores letter case and a slash at the end when it chooses the route.
  if (/^\/docs\/events\/?$/i.test(path)) return setStaticPageHeaders;
  if ((path === '/' && hasPlayground) || /^\/admin\/?$/i.test(path)) return setPageHeaders;
  return /^\/docs(\/|$)/.test(path) ? setDocsHeaders : setDataHeaders;
}
