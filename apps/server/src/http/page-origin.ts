/** Keeps other people's pages from acting with the cookies of our users. */
import { AppError } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import { isOriginAllowed } from '@aeturnis/realtime';
import type { Request } from 'express';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

type OriginConfig = Pick<AppConfig, 'corsOrigins' | 'production'>;

/** @throws AppError FORBIDDEN for a write by a page that is not allowed. */
export function refuseForeignPage(request: Request, config: OriginConfig): void {
  const { origin, host } = request.headers;
  if (READS.has(request.method) || isOriginAllowed(origin, config, host)) return;
  throw new AppError('FORBIDDEN', 'This page may not do that: its origin is not allowed');
}

/** For writes by cookie, which browsers never send without an origin. @throws AppError FORBIDDEN. */
export function requirePageOfOurs(request: Request, config: OriginConfig): void {
  refuseForeignPage(request, config);
  if (READS.has(request.method) || request.headers.origin !== undefined) return;
  throw new AppError('FORBIDDEN', 'A write by cookie needs the header Origin; or send the token itself');
}
