/**
 * Lets go of what only the beginning of a connection needs: the HTTP request with all its headers, and the token. What a
 * later handshake over the same line needs is kept: who presented what besides `auth`, and where from.
 */
import type { RealtimeSocket } from '../socket-types';

type Headers = RealtimeSocket['handshake']['headers'];

/** Who somebody is, and where from: what `tokenFrom`, `clientIp` and the origin are read from. */
const KEPT = ['authorization', 'cookie', 'x-forwarded-for', 'origin'] as const;
const NOTHING = Object.freeze({});

interface Line {
  request: { headers: Headers; _query: Record<string, string>; connection: unknown };
}

/** The handshake that Socket.IO offers keeps the facts about the line, and loses what the client presented. */
export function letGoOfRequest({ conn, handshake }: RealtimeSocket): void {
  const line = conn as unknown as Line;
  const { headers, _query: query, connection } = line.request;
  line.request = { headers: kept(headers), _query: query['token'] ? { token: query['token'] } : NOTHING, connection };
  handshake.headers = line.request.headers;
  handshake.query = NOTHING;
  handshake.auth = NOTHING;
}

function kept(headers: Headers): Headers {
  let found: Headers | undefined;
  for (const name of KEPT) if (headers[name] !== undefined) (found ??= {})[name] = headers[name] as string;
  return found ?? NOTHING;
}
