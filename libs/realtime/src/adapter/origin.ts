/** Which web pages may connect. CORS alone does not stop a WebSocket, so the handshake asks this too. */
import type { AppConfig } from '@aeturnis/platform';

/** In development also the web views of apps, whose pages come from a scheme of their own. */
const LOCALHOST = /^(?:https?|capacitor|ionic|tauri):\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

const WEB = /^https?:/;

type OriginConfig = Pick<AppConfig, 'corsOrigins' | 'production'>;

/** A request without an Origin comes from no web page: native clients pass. The own page is judged by `host`. */
export function isOriginAllowed(origin: string | undefined, config: OriginConfig, host?: string): boolean {
  if (origin === undefined) return true;
  if (config.corsOrigins.includes('*') || config.corsOrigins.includes(origin)) return true;
  if (host !== undefined && WEB.test(origin) && URL.canParse(origin) && new URL(origin).host === host) return true;
  return !config.production && config.corsOrigins.length === 0 && LOCALHOST.test(origin);
}
