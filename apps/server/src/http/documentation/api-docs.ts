/**
 * Serves the documentation. Of the HTTP API: a page at /docs and OpenAPI at /docs/openapi.json, which `npm run docs:api` has
 * written. Of the events: a page at /docs/events and AsyncAPI at /docs/events.json, which `npm run docs:events` has written.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Application } from 'express';

/** Clients revalidate after five minutes, and get 304 if the document has not changed. */
const CACHE_CONTROL = 'public, max-age=300';

const DOCS_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Aeturnis Realtime: HTTP API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START_SCRIPT = `SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
});
`;

/** The build copies its folders `api` and `events` beside the compiled sources. */
const DOCS = join(__dirname, '..', '..', '..', '..', '..', 'docs');

interface CachedDocument {
  readonly body: Buffer;
  readonly etag: string;
}

/** Call it before the application is initialised. Each document is read on its first request. */
export function serveApiDocs(app: NestExpressApplication): void {
  serveDocument(app, '/docs', 'html', () => DOCS_PAGE);
  serveDocument(app, '/docs/openapi.json', 'json', () => compactJson('api/openapi.json'));
  serveDocument(app, '/docs/events', 'html', () => readDocs('events/events.html'));
  serveDocument(app, '/docs/events.json', 'json', () => compactJson('events/events.json'));
  serveDocument(app, '/docs/events.css', 'css', () => readDocs('events/events.css'));
  serveDocument(app, '/docs/start.js', 'js', () => START_SCRIPT);
  serveDocument(app, '/docs/swagger-ui-bundle.js', 'js', () => readAsset('swagger-ui-bundle.js'));
  serveDocument(app, '/docs/swagger-ui.css', 'css', () => readAsset('swagger-ui.css'));
  serveDocument(app, '/docs/favicon-32x32.png', 'png', () => readAsset('favicon-32x32.png'));
}

function serveDocument(app: NestExpressApplication, path: string, type: string, make: () => string | Buffer): void {
  const express = app.getHttpAdapter().getInstance() as Application;
  let cached: CachedDocument | undefined;
  express.get(path, (_request, response) => {
    const { body, etag } = (cached ??= createDocument(make()));
    // With an ETag set, Express answers a conditional request with 304 and does not compute one itself.
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', CACHE_CONTROL);
    response.type(type).send(body);
  });
}

function createDocument(content: string | Buffer): CachedDocument {
  const body = Buffer.from(content);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

const readAsset = (name: string): Buffer => readFileSync(join(dirname(require.resolve('swagger-ui-dist')), name));

const readDocs = (path: string): string => readFileSync(join(DOCS, path), 'utf8');

const compactJson = (path: string): string => JSON.stringify(JSON.parse(readDocs(path)));
