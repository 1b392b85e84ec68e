/** Classification of errors of the driver and of PostgreSQL. */
import { AppError } from '@aeturnis/contracts';
import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { retryableQueryError, isUniqueViolation, retryableDriverError } from './database-error';

const fromQuery = (cause: Error): DrizzleQueryError => new DrizzleQueryError('select 1', [], cause);
const withCode = (code: string): Error => Object.assign(new Error('refused'), { code });

function fromPostgres(code: string, constraint?: string): DatabaseError {
  return Object.assign(new DatabaseError('no', 2, 'error'), { code, constraint });
}

describe('retryableQueryError', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND'])('translates %s to UNAVAILABLE', (code) => {
    expect(retryableQueryError(fromQuery(withCode(code)))).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])('translates "%s" to UNAVAILABLE', (message) => {
    expect(retryableQueryError(fromQuery(new Error(message)))?.code).toBe('UNAVAILABLE');
  });

  it.each([
    '08006',
    '57P01',
    '57P02',
    '57P03',
    '53300',
    '40001',
    '40P01',
    '25006',
    '28P01',
    '28000',
    '3D000',
    '55000',
    '42501',
    '58030',
  ])('translates SQLSTATE %s to UNAVAILABLE', (code) => {
    expect(retryableQueryError(fromPostgres(code))?.code).toBe('UNAVAILABLE');
    expect(retryableQueryError(fromQuery(fromPostgres(code)))?.code).toBe('UNAVAILABLE');
  });

  it.each([
    ['a canceled statement', fromPostgres('57014')],
    ['a query without an answer', new Error('Query read timeout')],
  ])('translates %s to TIMEOUT', (_, cause) => {
    expect(retryableQueryError(fromQuery(cause))?.code).toBe('TIMEOUT');
  });

  it('returns a retryable error whose cause is the original error', () => {
    const cause = fromQuery(withCode('EPIPE'));
    const error = retryableQueryError(cause);
    expect(error?.traits.retryable).toBe(true);
    expect(error?.cause).toBe(cause);
  });

  it.each([
    ['a broken constraint', fromPostgres('23505')],
    ['a wrong statement', fromPostgres('42601')],
    ['an unknown error', fromQuery(new Error('something else'))],
    ['an AppError', new AppError('NOT_FOUND', 'not here', { cause: new Error('x') })],
    ['a bug', new TypeError('undefined is not a function')],
    ['a text', 'text'],
    ['nothing', undefined],
  ])('returns null for %s', (_, error) => {
    expect(retryableQueryError(error)).toBeNull();
  });

  it('returns null for the outage of another service', () => {
    expect(retryableQueryError(withCode('ECONNREFUSED'))).toBeNull();
    expect(retryableDriverError(withCode('ECONNREFUSED'))?.code).toBe('UNAVAILABLE');
  });
});

describe('isUniqueViolation', () => {
  it('finds a violation inside the error of drizzle, and compares the name of the constraint', () => {
    const error = fromQuery(fromPostgres('23505', 'accounts_name_key'));
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'accounts_name_key')).toBe(true);
    expect(isUniqueViolation(error, 'another_key')).toBe(false);
  });

  it('is false for other constraints and other errors', () => {
    expect(isUniqueViolation(fromQuery(fromPostgres('23503')))).toBe(false);
    expect(isUniqueViolation(new Error('23505'))).toBe(false);
  });
});
