/** Validates the types of token claims: a valid signature proves their origin, not their form. */
import { AppError } from '@aeturnis/contracts';

/** The required claims. */
export interface BasicClaims {
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const MAX_LENGTH = 255;
/** The last second that a `Date` can hold. */
const LAST_SECOND = 8.64e12;
/** Control characters and lone surrogates, which PostgreSQL and logs cannot store. */
const UNUSABLE_CHARACTERS = /[\p{Cc}\p{Cs}]/u;

const isTime = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= LAST_SECOND;
const isString = (value: unknown): value is string => typeof value === 'string';

/** Claims that may be absent; if present, they must have the right type. */
const OPTIONAL_CLAIMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  iat: isTime,
  nbf: isTime,
  jti: (value) => isString(value) && value.length <= MAX_LENGTH,
  name: isString,
  nickname: isString,
  preferred_username: isString,
  roles: (value) => Array.isArray(value) && value.every(isString),
};

/** @throws AppError INVALID_TOKEN if a known claim has the wrong type. */
export function checkClaims(claims: unknown): BasicClaims {
  if (typeof claims !== 'object' || claims === null) throw invalidToken();
  const { sub, exp } = claims as Record<string, unknown>;
  if (!isString(sub) || sub === '' || sub.length > MAX_LENGTH || UNUSABLE_CHARACTERS.test(sub)) throw invalidToken();
  if (!isTime(exp)) throw invalidToken();
  for (const name in OPTIONAL_CLAIMS) {
    const value = (claims as Record<string, unknown>)[name];
    if (value !== undefined && !OPTIONAL_CLAIMS[name]?.(value)) throw invalidToken();
  }
  return { subject: sub, expiresAt: exp * 1000 };
}

export const invalidToken = (cause?: unknown): AppError =>
  new AppError('INVALID_TOKEN', 'The token is not valid', { cause });
