/** What errors of the driver and of PostgreSQL become. */
import { AppError } from '@aeturnis/contracts';
import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { databaseError, isUniqueViolation, wayError } from './database-error';

const fromQuery = (cause: Error): DrizzleQueryError => new DrizzleQueryError('select 1', [], cause);
const withCode = (code: string): Error => Object.assign(new Error('refused'), { code });

function fromPostgres(code: string, constraint?: string): DatabaseError {
  return Object.assign(new DatabaseError('no', 2, 'error'), { code, constraint });
}

describe('databaseError', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND'])('takes %s for an outage', (code) => {
    expect(databaseError(fromQuery(withCode(code)))).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])('takes "%s" for an outage', (message) => {
    expect(databaseError(fromQuery(new Error(message)))?.code).toBe('UNAVAILABLE');
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
  ])('takes %s for an outage', (code) => {
    expect(databaseError(fromPostgres(code))?.code).toBe('UNAVAILABLE');
    expect(databaseError(fromQuery(fromPostgres(code)))?.code).toBe('UNAVAILABLE');
  });

  it.each([
    ['a canceled statement', fromPostgres('57014')],
    ['a silent server', new Error('Query read timeout')],
  ])('takes %s for a timeout', (_, cause) => {
    expect(databaseError(fromQuery(cause))?.code).toBe('TIMEOUT');
  });

  it('is always worth another try, and keeps what happened for the log', () => {
    const cause = fromQuery(withCode('EPIPE'));
    const error = databaseError(cause);
    expect(error?.traits.retryable).toBe(true);
    expect(error?.cause).toBe(cause);
  });

  it.each([
    ['a broken constraint', fromPostgres('23505')],
    ['a wrong statement', fromPostgres('42601')],
    ['what it does not know', fromQuery(new Error('something else'))],
    ['an error of the catalogue', new AppError('NOT_FOUND', 'not here', { cause: new Error('x') })],
    ['a bug', new TypeError('undefined is not a function')],
    ['a text', 'text'],
    ['nothing', undefined],
  ])('leaves %s alone', (_, error) => {
    expect(databaseError(error)).toBeNull();
  });

  it('does not take the outage of another service for its own', () => {
    expect(databaseError(withCode('ECONNREFUSED'))).toBeNull();
    expect(wayError(withCode('ECONNREFUSED'))?.code).toBe('UNAVAILABLE');
  });
});

describe('isUniqueViolation', () => {
  it('finds it where drizzle has wrapped it, and by name', () => {
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
