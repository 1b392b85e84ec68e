/** Names a request in the log by its route pattern, without parts of the URL that the client chose. */
import type { Request } from 'express';

/** Path segments that may be logged: plain lower-case words like those of routes, too short for a token. */
const PLAIN_SEGMENT = /^[a-z][a-z-]{0,19}$/;
const MAX_SEGMENTS = 4;

/** `GET /api/messages/:id`; without a route, the path with all but plain words replaced, such as `GET /api/nothing/*`. */
export function routeLabel(request: Pick<Request, 'method' | 'path'> & { route?: unknown }): string {
  const pattern = (request.route as { path?: unknown } | undefined)?.path;
  return `${request.method} ${typeof pattern === 'string' ? pattern : maskPath(request.path)}`;
}

function maskPath(path: string): string {
  const segments = path.split('/', MAX_SEGMENTS + 2).slice(1);
  const shown = segments
    .slice(0, MAX_SEGMENTS)
    .map((segment) => (segment === '' || PLAIN_SEGMENT.test(segment) ? segment : '*'));
  return `/${shown.join('/')}${segments.length > MAX_SEGMENTS ? '/…' : ''}`;
}
