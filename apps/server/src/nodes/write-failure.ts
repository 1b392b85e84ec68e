/** Describes for operators why the database cannot be written to. Public, because /health/ready shows it. */
import { isNativeError } from 'node:util/types';

/** By SQLSTATE, or by SQLSTATE class where all codes of the class mean the same. */
const REASONS: Partial<Record<string, string>> = {
  '25006': 'it is read-only, as a standby is',
  '53100': 'its disk is full',
  '53300': 'it takes no more connections',
  '53': 'it is out of resources',
  '55P03': 'a lock is in the way',
  '57014': 'no answer',
  '57': 'it is being stopped',
  '57P02': 'it has crashed and is recovering',
  '57P03': 'it takes no connections for now',
  '08': 'the connection was lost',
  '28': 'it refuses the user',
  '3D000': 'there is no such database',
  '55000': 'it takes no connections to this database',
  '58': 'its system fails',
  '42501': 'the user has no right to write',
};

/** PostgreSQL refuses connections with one code in several states: only its message, if it is in English, names the state. */
const REFUSING_STATES: readonly { readonly message: RegExp; readonly reason: string }[] = [
  { message: /shutting down/, reason: 'it is being stopped' },
  { message: /starting up|in recovery mode|accepting connections/, reason: 'it is starting or recovering' },
];

const SQLSTATE = /^[0-9A-Z]{5}$/;

export function describeWriteFailure(error: unknown): string {
  for (let cause = error; isNativeError(cause); cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && SQLSTATE.test(code)) return `${reasonOf(code, cause.message)} (${code})`;
    if (/timeout exceeded when trying to connect/.test(cause.message)) return 'no connection is free';
  }
  return 'no answer';
}

function reasonOf(code: string, message: string): string {
  const state = code === '57P03' ? REFUSING_STATES.find((known) => known.message.test(message)) : undefined;
  return state?.reason ?? REASONS[code] ?? REASONS[code.slice(0, 2)] ?? 'it refuses the write';
}
