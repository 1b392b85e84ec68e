/** Validation of registrations: text that PostgreSQL cannot store is refused. */
import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { RegisterDto } from './auth.dto';

const problemsOf = async (email: unknown): Promise<string[]> => {
  const dto = plainToInstance(RegisterDto, { username: 'anna', password: 'correct horse battery', email });
  return (await validate(dto)).map(({ property }) => property);
};

it.each([
  ['a lone surrogate', '\ud800'],
  ['a lone surrogate before the @', 'a\ud800@example.com'],
  ['a lone surrogate in quotes', '"\udfff"@example.com'],
  ['NUL in quotes', '"\u0000"@example.com'],
  ['a line break', 'a\n@example.com'],
  ['an array', ['a@example.com']],
])('email with %s: is refused', async (_, email) => {
  expect(await problemsOf(email)).toEqual(['email']);
});

it.each(['anna@example.com', 'änna+x@exämple.org', undefined])('email %s: is accepted', async (email) => {
  expect(await problemsOf(email)).toEqual([]);
});
