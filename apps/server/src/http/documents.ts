/** Serves the documentation of the HTTP API: a page at /docs, and OpenAPI at /docs/openapi.json, each made once. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Application } from 'express';
import { describeApi } from './api-document';

/** Clients ask again after so long, and get no second copy of what is still the same. */
const CACHE = 'public, max-age=300';

const PAGE = `<!doctype html>
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

const START = `SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
});
`;

interface Document {
  readonly body: Buffer;
  readonly etag: string;
}

/** Call it before the application is initialised; documents are made when somebody asks for them first. */
export function serveDocuments(app: NestExpressApplication): void {
  serve(app, '/docs', 'html', () => PAGE);
  serve(app, '/docs/openapi.json', 'json', () => JSON.stringify(describeApi(app)));
  serve(app, '/docs/start.js', 'js', () => START);
  serve(app, '/docs/swagger-ui-bundle.js', 'js', () => asset('swagger-ui-bundle.js'));
  serve(app, '/docs/swagger-ui.css', 'css', () => asset('swagger-ui.css'));
  serve(app, '/docs/favicon-32x32.png', 'png', () => asset('favicon-32x32.png'));
}

function serve(app: NestExpressApplication, path: string, type: string, make: () => string | Buffer): void {
  const express = app.getHttpAdapter().getInstance() as Application;
  let made: Document | undefined;
  express.get(path, (_request, response) => {
    const { body, etag } = (made ??= documentOf(make()));
    // With both headers set, Express answers a conditional request by 304 and computes nothing.
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', CACHE);
    response.type(type).send(body);
  });
}

function documentOf(content: string | Buffer): Document {
  const body = Buffer.from(content);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

const asset = (name: string): Buffer => readFileSync(join(dirname(require.resolve('swagger-ui-dist')), name));
