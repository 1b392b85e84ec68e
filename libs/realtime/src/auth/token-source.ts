/** Finds the access token in a handshake: auth object, Authorization header, cookie, and the query only if allowed. */
import { parseCookie } from 'cookie';
import type { Socket } from 'socket.io';

export const ACCESS_COOKIE = 'accessToken';
export const MAX_TOKEN_LENGTH = 8192;

export function extractToken(
  handshake: Pick<Socket['handshake'], 'auth' | 'headers' | 'query'>,
  isQueryAllowed: boolean,
): string | null {
  const { auth, headers, query } = handshake;
  const candidates: unknown[] = [
    (auth as { token?: unknown }).token,
    bearerToken(headers.authorization),
    headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[ACCESS_COOKIE],
    isQueryAllowed ? query['token'] : undefined,
  ];
  const found = candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '');
  return found === undefined || found.length > MAX_TOKEN_LENGTH ? null : found;
}

/** The token of a header `Authorization: Bearer …`. */
export function bearerToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1];
}
