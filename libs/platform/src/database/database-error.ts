/** Tells what an error of the database means to whoever asked: try again, took too long, or a broken rule of the schema. */
import { isNativeError } from 'node:util/types';
import { AppError, type ErrorCode } from '@aeturnis/contracts';
import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';

const RETRY_AFTER_MS = 1_000;
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** By SQLSTATE, or its class where all of that mean the same. */
const BY_SQLSTATE: Partial<Record<string, ErrorCode>> = {
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
  '58': 'UNAVAILABLE', // system error, as of a disk
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

/** The driver's own errors have no code. */
const UNAVAILABLE_MESSAGE =
  /^Connection terminated|timeout exceeded when trying to connect|timeout expired|is not queryable|Client was closed|after calling end on the pool/;
const TIMEOUT_MESSAGE = /^Query read timeout/;

/**
 * The error of the catalogue for an error that came out of a query: UNAVAILABLE or TIMEOUT, both worth another try.
 * Null for everything that has not to do with the way to the database, broken constraints among it.
 */
export function databaseError(error: unknown): AppError | null {
  const fromQuery = chain(error).some((cause) => cause instanceof DrizzleQueryError || cause instanceof DatabaseError);
  return fromQuery ? wayError(error) : null;
}

/** The same for an error known to come from the driver, whatever its class. */
export function wayError(error: unknown): AppError | null {
  for (const cause of chain(error)) {
    const code = cause instanceof AppError ? undefined : meaning(cause);
    if (code === 'TIMEOUT') return new AppError(code, 'The database took too long', { cause: error });
    if (code) return unavailable('The database is not available', error);
  }
  return null;
}

/** Given up for the sake of others or of time: what the statement worked on was in the way, and the database is there. */
const CONTENTION = new Set(['40001', '40P01', '55P03', '57014']);

/** Whether this statement alone could not go on, so that another one over the same connection may succeed. */
export const isContention = (error: unknown): boolean =>
  chain(error).some((cause) => CONTENTION.has(codeOf(cause) ?? ''));

/** Whether the server fell silent in the middle of a query: nothing more can be asked over that connection. */
export const isSilence = (error: unknown): boolean => chain(error).some(({ message }) => TIMEOUT_MESSAGE.test(message));

export const unavailable = (message: string, cause?: unknown): AppError =>
  new AppError('UNAVAILABLE', message, { retryAfterMs: RETRY_AFTER_MS, cause });

/** Whether a unique constraint or index refused a row; that of this name, where one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return chain(error).some(
    (cause) =>
      codeOf(cause) === UNIQUE_VIOLATION &&
      (constraint === undefined || (cause as { constraint?: unknown }).constraint === constraint),
  );
}

/** Whether a row names another one that is not there (any more), or is still named itself. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  chain(error).some((cause) => codeOf(cause) === FOREIGN_KEY_VIOLATION);

function meaning(error: Error): ErrorCode | undefined {
  const code = codeOf(error);
  if (code !== undefined) {
    return SOCKET_CODES.has(code) ? 'UNAVAILABLE' : (BY_SQLSTATE[code] ?? BY_SQLSTATE[code.slice(0, 2)]);
  }
  if (TIMEOUT_MESSAGE.test(error.message)) return 'TIMEOUT';
  return UNAVAILABLE_MESSAGE.test(error.message) ? 'UNAVAILABLE' : undefined;
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** The error and what it was caused by, outermost first: drizzle wraps what the driver throws. */
function chain(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let next = error; isNativeError(next) && !causes.includes(next); next = next.cause) causes.push(next);
  return causes;
}
