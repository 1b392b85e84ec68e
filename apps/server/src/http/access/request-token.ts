/** Extracts the access token of a request: the bearer token, or else the cookie. */
import { ACCESS_COOKIE, bearerToken, MAX_TOKEN_LENGTH } from '@aeturnis/realtime';
import { parseCookie } from 'cookie';
import type { Request } from 'express';

export interface RequestToken {
  readonly token: string;
  /** A client sends a bearer token deliberately. Browsers also attach cookies to requests of foreign pages. */
  readonly source: 'bearer' | 'cookie';
}

export function extractRequestToken(request: Request): RequestToken | null {
  const bearer = bearerToken(request.headers.authorization);
  const token = bearer ?? readCookie(request, ACCESS_COOKIE);
  if (token === null || token.length > MAX_TOKEN_LENGTH) return null;
  return { token, source: bearer === undefined ? 'cookie' : 'bearer' };
}

export function readCookie({ headers }: Request, name: string): string | null {
  const value = headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[name];
  return value === undefined || value === '' ? null : value;
}
