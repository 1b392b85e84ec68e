/** Decides which web pages may connect. CORS does not apply to WebSockets, so the handshake checks the origin as well. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { AppConfig } from '@aeturnis/platform';

/** Allowed in development: pages on localhost, including the web views of apps, which have schemes of their own. */
const LOCALHOST = /^(?:https?|capacitor|ionic|tauri):\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

const WEB = /^https?:/;

type OriginConfig = Pick<AppConfig, 'corsOrigins' | 'isProduction'>;

/** Native clients send no Origin and pass. A page served by this host, given as `host`, passes too. */
export function isOriginAllowed(origin: string | undefined, config: OriginConfig, host?: string): boolean {
  if (origin === undefined) return true;
  if (config.corsOrigins.includes('*') || config.corsOrigins.includes(origin)) return true;
  if (host !== undefined && WEB.test(origin) && URL.canParse(origin) && new URL(origin).host === host) return true;
  return !config.isProduction && config.corsOrigins.length === 0 && LOCALHOST.test(origin);
}

/** The headers of an answer that pages of other origins may read. */
export const EXPOSED_HEADERS = ['ETag', 'X-Request-Id', 'Retry-After'];

/** The CORS headers of an answer, so that a page of an allowed origin can read it. */
export function corsHeaders({ origin, host }: IncomingHttpHeaders, config: OriginConfig): OutgoingHttpHeaders {
  const isReadable = origin !== undefined && isOriginAllowed(origin, config, host);
  if (!isReadable) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(','),
  };
}
