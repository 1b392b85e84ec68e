/** Protects against cross-site request forgery: foreign pages must not act with a user's cookies. */
import { AppError } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import { isOriginAllowed } from '@aeturnis/realtime';
import type { Request } from 'express';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

type OriginConfig = Pick<AppConfig, 'corsOrigins' | 'isProduction'>;

/** @throws AppError FORBIDDEN for a write from a page whose origin is not allowed. */
export function rejectForeignOrigin(request: Request, config: OriginConfig): void {
  const { origin, host } = request.headers;
  if (SAFE_METHODS.has(request.method) || isOriginAllowed(origin, config, host)) return;
  throw new AppError('FORBIDDEN', 'The origin of this page is not allowed');
}

/** For requests with a cookie. Browsers send an origin with every write. @throws AppError FORBIDDEN for a write without one. */
export function requireAllowedOrigin(request: Request, config: OriginConfig): void {
  rejectForeignOrigin(request, config);
  if (SAFE_METHODS.has(request.method) || request.headers.origin !== undefined) return;
  throw new AppError(
    'FORBIDDEN',
    'A write with a cookie needs the header Origin: send it, or send the token as Authorization: Bearer …',
  );
}
