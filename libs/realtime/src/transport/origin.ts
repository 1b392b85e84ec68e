/** Decides which web pages may connect. CORS does not apply to WebSockets, so the handshake checks the origin as well. */
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
