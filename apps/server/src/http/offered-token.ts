/** Finds what a request offers as proof: the bearer token, else the cookie. */
import { ACCESS_COOKIE } from '@aeturnis/realtime';
import { parseCookie } from 'cookie';
import type { Request } from 'express';

export interface OfferedToken {
  readonly token: string;
  /** A bearer token is put there by a client; a cookie is sent by the browser, whoever's page asks. */
  readonly source: 'bearer' | 'cookie';
}

const MAX_LENGTH = 8192;
const BEARER = /^Bearer +(\S+)$/i;

export function offeredToken(request: Request): OfferedToken | null {
  const bearer = BEARER.exec(request.headers.authorization ?? '')?.[1];
  const token = bearer ?? cookieOf(request, ACCESS_COOKIE);
  if (token === null || token.length > MAX_LENGTH) return null;
  return { token, source: bearer === undefined ? 'cookie' : 'bearer' };
}

export function cookieOf({ headers }: Request, name: string): string | null {
  const value = headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[name];
  return value === undefined || value === '' ? null : value;
}
