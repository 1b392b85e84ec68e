/** Serves the start page at `/` with links to documentation and health, as HTML or JSON, and the README. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AppConfig } from '@aeturnis/platform';
import type { Application } from 'express';

const CACHE_CONTROL = 'public, max-age=300';
/** Stricter than the policy of JSON responses: an HTML page could also contain a form or a base URL. */
const CONTENT_SECURITY_POLICY = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
/** The build copies the README beside the compiled sources. It may be missing in other set-ups. */
const README = join(__dirname, '..', '..', '..', '..', '..', 'README.md');

interface Link {
  readonly name: string;
  readonly path: string;
  readonly title: string;
}

interface Representation {
  readonly type: string;
  readonly body: string;
  readonly etag: string;
}

/** Call it before the application is initialised. */
export function serveHomePage(app: NestExpressApplication, config: AppConfig): void {
  const express = app.getHttpAdapter().getInstance() as Application;
  const readme = existsSync(README) ? readFileSync(README, 'utf8') : undefined;
  const links = linksOf(config, readme !== undefined);
  const html = createRepresentation('html', renderPage(links));
  const json = createRepresentation('json', JSON.stringify(renderSummary(links, config)));
  express.get('/', (request, response) => {
    const { type, body, etag } = request.accepts(['html', 'json']) === 'json' ? json : html;
    response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    response.setHeader('Vary', 'Accept');
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', CACHE_CONTROL);
    response.type(type).send(body);
  });
  if (readme === undefined) return;
  const text = createRepresentation('txt', readme);
  express.get('/readme', (_request, response) => {
    response.setHeader('ETag', text.etag);
    response.setHeader('Cache-Control', CACHE_CONTROL);
    response.type(text.type).send(text.body);
  });
}

function linksOf({ hasDocs }: AppConfig, hasReadme: boolean): Link[] {
  const docs: Link[] = [
    { name: 'documentation', path: '/docs', title: 'Documentation of the HTTP API' },
    { name: 'openapi', path: '/docs/openapi.json', title: 'The same as OpenAPI, for programs' },
    { name: 'events', path: '/docs/events', title: 'Documentation of commands and events' },
    { name: 'asyncapi', path: '/docs/events.json', title: 'The same as AsyncAPI, for programs' },
  ];
  return [
    ...(hasDocs ? docs : []),
    { name: 'limits', path: '/api/realtime/policies', title: 'API: commands and their rate limits' },
    { name: 'health', path: '/health/ready', title: 'Health of this server' },
    ...(hasReadme ? [{ name: 'readme', path: '/readme', title: 'README: a client in thirty lines' }] : []),
  ];
}

const renderSummary = (links: readonly Link[], { playgroundKillPath }: AppConfig): object => ({
  name: 'Aeturnis Realtime',
  sockets: '/socket.io/',
  links: {
    ...Object.fromEntries(links.map(({ name, path }) => [name, path])),
    // For the playground alone: it is no page.
    ...(playgroundKillPath !== undefined && { kill: playgroundKillPath }),
  },
});

const renderPage = (links: readonly Link[]): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Aeturnis Realtime</title>
  </head>
  <body>
    <h1>Aeturnis Realtime</h1>
    <p>The server of an online game is running. Games connect by Socket.IO and use the HTTP API below /api.</p>
    <ul>
${links.map(({ path, title }) => `      <li><a href="${path}">${title}</a></li>`).join('\n')}
    </ul>
  </body>
</html>
`;

function createRepresentation(type: string, body: string): Representation {
  return { type, body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}
