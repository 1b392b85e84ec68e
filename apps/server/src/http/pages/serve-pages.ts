/** Serves the pages for browsers: the playground at `/`, the console at `/admin`, and their hashed files below `/assets`. */
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '@aeturnis/platform';
import type { Application, NextFunction, Request, Response } from 'express';
import { BuiltSite, CONSOLE_PAGE, PLAYGROUND_PAGE, type SiteFile } from './built-site';

/** The build writes it beside the compiled server. A server that runs from its sources has none. */
const FOLDER = join(__dirname, '..', '..', '..', '..', '..', 'playground');
/** A file with another content has another name. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Browsers ask each time whether the page is still the same: it names the current files. */
const REVALIDATED = 'no-cache';

/** Call it before the home page is served: requests that do not prefer HTML fall through to it. */
export function servePages(app: NestExpressApplication, { hasPlayground }: AppConfig, folder = FOLDER): void {
  const site = new BuiltSite(folder);
  if (!site.exists) return;
  const express = app.getHttpAdapter().getInstance() as Application;
  const servePage = (path: string, name: string): void => {
    express.get(path, (request, response, next: NextFunction) => {
      const page = request.accepts(['html', 'json']) === 'html' ? site.page(name) : undefined;
      if (!page) return next();
      response.setHeader('Vary', 'Accept, Accept-Encoding');
      sendFile(request, response, page, REVALIDATED);
    });
  };
  if (hasPlayground) servePage('/', PLAYGROUND_PAGE);
  // In production too: the page has no data of its own, and its requests need the role.
  servePage('/admin', CONSOLE_PAGE);
  express.get('/assets/:name', (request, response, next: NextFunction) => {
    const file = site.asset(request.params.name);
    if (!file) return next();
    response.setHeader('Vary', 'Accept-Encoding');
    sendFile(request, response, file, IMMUTABLE);
  });
}

function sendFile(request: Request, response: Response, file: SiteFile, cacheControl: string): void {
  const isGzipped = file.gzipped !== undefined && request.acceptsEncodings('gzip') === 'gzip';
  if (isGzipped) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('ETag', isGzipped ? `W/${file.etag}` : file.etag);
  response.setHeader('Cache-Control', cacheControl);
  response.type(file.type).send(isGzipped ? file.gzipped : file.body);
}
