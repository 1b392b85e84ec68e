/** The matrix states every command, and its page says what the matrix says. With `WRITE=1` it writes the page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '@aeturnis/contracts';
import { doubles, gaps } from './coverage';
import { page } from './page';
import { ROWS } from './rows';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'authorisation.md');

it('every command has a row, and no other', () => {
  const commands = COMMANDS.map(({ name }) => name);
  expect([...gaps('command', commands), ...doubles()]).toEqual([]);
});

it('a block changes no answer', () => {
  const common = ROWS.filter(({ owned }) => !owned);
  expect(common.filter(({ expected }) => expected.blocked !== expected.member).map(({ name }) => name)).toEqual([]);
});

it('docs/authorisation.md is as generated: npm run docs:authorisation', () => {
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, page());
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});
