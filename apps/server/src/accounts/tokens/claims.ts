/** The claims of a token by their types: a signature says who wrote them, not that they make sense. */
import { AppError } from '@aeturnis/contracts';

/** What every token has to carry. */
export interface BasicClaims {
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const MAX_LENGTH = 255;
/** The last second that a `Date` can hold. */
const LAST_SECOND = 8.64e12;
/** No database and no log takes them: control characters, and halves of characters. */
const UNUSABLE = /[\p{Cc}\p{Cs}]/u;

const isTime = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= LAST_SECOND;
const isString = (value: unknown): value is string => typeof value === 'string';

/** Claims that may be absent, but must make sense where they are there. */
const OPTIONAL: Readonly<Record<string, (value: unknown) => boolean>> = {
  iat: isTime,
  nbf: isTime,
  jti: (value) => isString(value) && value.length <= MAX_LENGTH,
  name: isString,
  nickname: isString,
  preferred_username: isString,
  roles: (value) => Array.isArray(value) && value.every(isString),
};

/** @throws AppError INVALID_TOKEN where a claim that the server knows has another type than it should have. */
export function checkClaims(claims: unknown): BasicClaims {
  if (typeof claims !== 'object' || claims === null) throw invalidToken();
  const { sub, exp } = claims as Record<string, unknown>;
  if (!isString(sub) || sub === '' || sub.length > MAX_LENGTH || UNUSABLE.test(sub)) throw invalidToken();
  if (!isTime(exp)) throw invalidToken();
  for (const name in OPTIONAL) {
    const value = (claims as Record<string, unknown>)[name];
    if (value !== undefined && !OPTIONAL[name]?.(value)) throw invalidToken();
  }
  return { subject: sub, expiresAt: exp * 1000 };
}

export const invalidToken = (cause?: unknown): AppError =>
  new AppError('INVALID_TOKEN', 'The token is not valid', { cause });
