/** Which error of the catalogue a client receives for an exception of a handler. */
import { BadRequestException, HttpException } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { toAppError, toWireError } from './wire-error';

function fromPostgres(code: string): DrizzleQueryError {
  const cause = Object.assign(new DatabaseError('violates a constraint', 2, 'error'), { code });
  return new DrizzleQueryError('insert into secrets', [], cause);
}

it('an AppError is returned unchanged', () => {
  const error = new AppError('CONFLICT', 'taken');
  expect(toAppError(error)).toBe(error);
});

it.each<[what: string, code: string, thrown: unknown]>([
  ['a row that has been deleted since it was looked up', 'NOT_FOUND', fromPostgres('23503')],
  ['a database that is shutting down', 'UNAVAILABLE', fromPostgres('57P01')],
  ['a statement that was canceled', 'TIMEOUT', fromPostgres('57014')],
  ['an exception of Nest', 'VALIDATION', new BadRequestException('no')],
  ['an exception of Nest with another status', 'VALIDATION', new HttpException('no', 418)],
  ['a violation of an unexpected constraint', 'INTERNAL', fromPostgres('23514')],
  ['a bug', 'INTERNAL', new TypeError('secrets is not a function')],
  ['a text', 'INTERNAL', 'secrets'],
])('%s becomes %s', (_, code, thrown) => expect(toAppError(thrown).code).toBe(code));

it('an INTERNAL error has the exception as its cause, and reveals nothing of it to clients', () => {
  const thrown = fromPostgres('23514');
  expect(toAppError(thrown).cause).toBe(thrown);
  expect(JSON.stringify(toWireError(thrown))).not.toMatch(/secrets|constraint/);
});
