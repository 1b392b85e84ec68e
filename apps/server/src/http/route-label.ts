/** What a request is called in the log: by its route, never by what a client wrote into the address. */
import type { Request } from 'express';

/** Parts of addresses that may be shown: words as routes are made of them, too short and plain for a token or a name. */
const WORD = /^[a-z][a-z-]{0,19}$/;
const MAX_SEGMENTS = 4;

/** `GET /api/messages/:id`; where no route was found, `GET /api/nothing/*` with all but plain words left out. */
export function routeLabel(request: Pick<Request, 'method' | 'path'> & { route?: unknown }): string {
  const pattern = (request.route as { path?: unknown } | undefined)?.path;
  return `${request.method} ${typeof pattern === 'string' ? pattern : outline(request.path)}`;
}

function outline(path: string): string {
  const segments = path.split('/', MAX_SEGMENTS + 2).slice(1);
  const shown = segments
    .slice(0, MAX_SEGMENTS)
    .map((segment) => (segment === '' || WORD.test(segment) ? segment : '*'));
  return `/${shown.join('/')}${segments.length > MAX_SEGMENTS ? '/…' : ''}`;
}
