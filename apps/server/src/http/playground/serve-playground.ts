/** Serves the playground, a client in the browser: its page at `/`, and its hashed files below `/assets`. */
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '@aeturnis/platform';
import type { Application, NextFunction, Request, Response } from 'express';
import { BuiltSite, type SiteFile } from './built-site';

/** The build writes it beside the compiled server. A server that runs from its sources has none. */
const FOLDER = join(__dirname, '..', '..', '..', '..', '..', 'playground');
/** A file with another content has another name. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Browsers ask each time whether the page is still the same: it names the current files. */
const REVALIDATED = 'no-cache';

/** Call it before the home page is served: requests that do not prefer HTML fall through to it. */
export function servePlayground(app: NestExpressApplication, { hasPlayground }: AppConfig, folder = FOLDER): void {
  const site = new BuiltSite(folder);
  if (!hasPlayground || !site.exists) return;
  const express = app.getHttpAdapter().getInstance() as Application;
  express.get('/', (request, response, next: NextFunction) => {
    const page = request.accepts(['html', 'json']) === 'html' ? site.page() : undefined;
    if (!page) return next();
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    sendFile(request, response, page, REVALIDATED);
  });
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
