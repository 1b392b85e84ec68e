/** Protects against cross-site request forgery: foreign pages must not act with a user's cookies. */
import { AppError } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import { isOriginAllowed } from '@aeturnis/realtime';
import type { Request } from 'express';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** `Sec-Fetch-Site` of this server's own pages, and of an address that the user has typed. */
const OWN_SITES = new Set(['same-origin', 'none']);

type OriginConfig = Pick<AppConfig, 'corsOrigins' | 'isProduction'>;

/** @throws AppError FORBIDDEN for a write from a page whose origin is not allowed. */
export function rejectForeignOrigin(request: Request, config: OriginConfig): void {
  const { origin, host } = request.headers;
  if (SAFE_METHODS.has(request.method) || isOriginAllowed(origin, config, host)) return;
  throw new AppError('FORBIDDEN', 'The origin of this page is not allowed');
}

/**
 * For requests with a cookie. Browsers send an origin with every write; they send the cookie with links of foreign pages too,
 * and some reads are recorded or expensive. @throws AppError FORBIDDEN for a write without an origin, or a request of a foreign page.
 */
export function requireAllowedOrigin(request: Request, config: OriginConfig): void {
  rejectForeignOrigin(request, config);
  if (SAFE_METHODS.has(request.method)) return rejectForeignRead(request, config);
  if (request.headers.origin !== undefined) return;
  throw new AppError(
    'FORBIDDEN',
    'A write with a cookie needs the header Origin: send it, or send the token as Authorization: Bearer …',
  );
}

/** Links and images have no origin, so the browser's `Sec-Fetch-Site` decides; clients that are no browsers do not send it. */
function rejectForeignRead({ headers }: Request, config: OriginConfig): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (site === undefined || OWN_SITES.has(site)) return;
  if (origin !== undefined && isOriginAllowed(origin, config, host)) return;
  throw new AppError(
    'FORBIDDEN',
    'A page of another origin cannot read with the cookie: send the token as Authorization: Bearer …',
  );
}
