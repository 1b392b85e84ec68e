/** Classifies errors of PostgreSQL and its driver: retryable (UNAVAILABLE, TIMEOUT) or a constraint violation. */
import { isNativeError } from 'node:util/types';
import { AppError, type ErrorCode } from '@aeturnis/contracts';
import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';

const RETRY_AFTER_MS = 1_000;
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** By SQLSTATE, or by SQLSTATE class where all codes of the class mean the same. */
const ERROR_CODE_BY_SQLSTATE: Partial<Record<string, ErrorCode>> = {
  '08': 'UNAVAILABLE', // connection exception
  '28': 'UNAVAILABLE', // the user or the password is refused
  '3D000': 'UNAVAILABLE', // there is no database of this name
  '53': 'UNAVAILABLE', // insufficient resources, too many connections
  '57P01': 'UNAVAILABLE', // admin shutdown
  '57P02': 'UNAVAILABLE', // crash shutdown
  '57P03': 'UNAVAILABLE', // cannot connect now
  '25006': 'UNAVAILABLE', // a primary that has become a replica
  '40001': 'UNAVAILABLE', // serialization failure
  '40P01': 'UNAVAILABLE', // deadlock
  '42501': 'UNAVAILABLE', // the user has lost a right
  '55000': 'UNAVAILABLE', // the database takes no connections
  '55P03': 'UNAVAILABLE', // lock not available
  '58': 'UNAVAILABLE', // system error, for example of a disk
  '57014': 'TIMEOUT', // query canceled
  '25P03': 'TIMEOUT', // idle in transaction
};

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EMFILE',
  'ENFILE',
]);

/** Messages of the driver's own errors, which have no code. */
const UNAVAILABLE_MESSAGE =
  /^Connection terminated|timeout exceeded when trying to connect|timeout expired|is not queryable|Client was closed|after calling end on the pool/;
const TIMEOUT_MESSAGE = /^Query read timeout/;

/**
 * Translates an error of a query to UNAVAILABLE or TIMEOUT, which clients may retry.
 * @returns null for all other errors, such as constraint violations and errors that no query caused.
 */
export function retryableQueryError(error: unknown): AppError | null {
  const isFromQuery = causeChain(error).some(
    (cause) => cause instanceof DrizzleQueryError || cause instanceof DatabaseError,
  );
  return isFromQuery ? retryableDriverError(error) : null;
}

/** Like `retryableQueryError`, for an error of any class that is known to come from the driver. */
export function retryableDriverError(error: unknown): AppError | null {
  for (const cause of causeChain(error)) {
    const code = cause instanceof AppError ? undefined : errorCodeOf(cause);
    if (code === 'TIMEOUT') return new AppError(code, 'The database did not answer in time', { cause: error });
    if (code) return unavailableError('The database is not available', error);
  }
  return null;
}

/** Serialization failure, deadlock, lock not available, query canceled: the database is up, but the rows were contended. */
const CONTENTION = new Set(['40001', '40P01', '55P03', '57014']);

/** Whether only this statement failed because of contention, so that another one on the same connection may succeed. */
export const isContention = (error: unknown): boolean =>
  causeChain(error).some((cause) => CONTENTION.has(codeOf(cause) ?? ''));

/** Whether PostgreSQL did not answer a query at all: the connection can no longer be used. */
export const isQueryTimeout = (error: unknown): boolean =>
  causeChain(error).some(({ message }) => TIMEOUT_MESSAGE.test(message));

export const unavailableError = (message: string, cause?: unknown): AppError =>
  new AppError('UNAVAILABLE', message, { retryAfterMs: RETRY_AFTER_MS, cause });

/** Whether a unique constraint or index refused a row. @param constraint its name; absent: any. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return causeChain(error).some(
    (cause) =>
      codeOf(cause) === UNIQUE_VIOLATION &&
      (constraint === undefined || (cause as { constraint?: unknown }).constraint === constraint),
  );
}

/** Whether a row references a row that does not exist, or is deleted while another row references it. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  causeChain(error).some((cause) => codeOf(cause) === FOREIGN_KEY_VIOLATION);

function errorCodeOf(error: Error): ErrorCode | undefined {
  const code = codeOf(error);
  if (code !== undefined) {
    return SOCKET_CODES.has(code)
      ? 'UNAVAILABLE'
      : (ERROR_CODE_BY_SQLSTATE[code] ?? ERROR_CODE_BY_SQLSTATE[code.slice(0, 2)]);
  }
  if (TIMEOUT_MESSAGE.test(error.message)) return 'TIMEOUT';
  return UNAVAILABLE_MESSAGE.test(error.message) ? 'UNAVAILABLE' : undefined;
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** The error and its causes, outermost first: drizzle wraps the errors of the driver. */
function causeChain(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let next = error; isNativeError(next) && !causes.includes(next); next = next.cause) causes.push(next);
  return causes;
}
