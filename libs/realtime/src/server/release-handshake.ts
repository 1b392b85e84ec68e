/**
 * Frees the handshake data of a connection: the HTTP request with its headers, and the token in `auth`. A later handshake over
 * the same connection needs a few headers and the query token again; those are retained.
 */
import type { RealtimeSocket } from '../base/socket-types';

type Headers = RealtimeSocket['handshake']['headers'];

/** The headers that `tokenFrom`, `clientIp` and the origin check read. */
const RETAINED_HEADERS = ['authorization', 'cookie', 'x-forwarded-for', 'origin'] as const;
const EMPTY = Object.freeze({});

interface ConnectionWithRequest {
  request: { headers: Headers; _query: Record<string, string>; connection: unknown };
}

/** Socket.IO's `handshake` keeps address and time, and loses the credentials of the client. */
export function releaseHandshake({ conn, handshake }: RealtimeSocket): void {
  const connectionWithRequest = conn as unknown as ConnectionWithRequest;
  const { headers, _query: query, connection } = connectionWithRequest.request;
  connectionWithRequest.request = {
    headers: pickRetained(headers),
    _query: query['token'] ? { token: query['token'] } : EMPTY,
    connection,
  };
  handshake.headers = connectionWithRequest.request.headers;
  handshake.query = EMPTY;
  handshake.auth = EMPTY;
}

function pickRetained(headers: Headers): Headers {
  let retained: Headers | undefined;
  for (const name of RETAINED_HEADERS)
    if (headers[name] !== undefined) (retained ??= {})[name] = headers[name] as string;
  return retained ?? EMPTY;
}
