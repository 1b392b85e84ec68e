/** The reason that /health/ready and the log give, by the SQLSTATE and the message of PostgreSQL. */
import { DatabaseError } from 'pg';
import { describeWriteFailure } from './write-failure';

function errorOf(code: string, message: string): Error {
  const error = new DatabaseError(message, message.length, 'error');
  error.code = code;
  return new Error('Failed query', { cause: error });
}

it.each([
  ['57P03', 'the database system is starting up', 'it is starting or recovering'],
  ['57P03', 'the database system is in recovery mode', 'it is starting or recovering'],
  ['57P03', 'the database system is not yet accepting connections', 'it is starting or recovering'],
  ['57P03', 'the database system is not accepting connections', 'it is starting or recovering'],
  ['57P03', 'the database system is shutting down', 'it is being stopped'],
  ['57P03', 'das Datenbanksystem startet', 'it takes no connections for now'],
  ['57P02', 'terminating connection because of crash of another server process', 'it has crashed and is recovering'],
  ['57P01', 'terminating connection due to administrator command', 'it is being stopped'],
  ['25006', 'cannot execute INSERT in a read-only transaction', 'it is read-only, as a standby is'],
])('write failure: %s "%s" is described as "%s"', (code, message, reason) => {
  expect(describeWriteFailure(errorOf(code, message))).toBe(`${reason} (${code})`);
});

it('write failure: an error without SQLSTATE means that the database does not answer', () => {
  expect(describeWriteFailure(new Error('connect ECONNREFUSED'))).toBe('no answer');
  expect(describeWriteFailure(undefined)).toBe('no answer');
});
