/** Every command has a row, and docs/authorisation.md is up to date. `WRITE=1` writes the page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '@aeturnis/contracts';
import { duplicateRows, rowGaps } from './coverage';
import { matrixPage } from './page';
import { ROWS } from './rows';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'authorisation.md');

it('every command has a row, and every row has a command', () => {
  const commands = COMMANDS.map(({ name }) => name);
  expect([...rowGaps('command', commands), ...duplicateRows()]).toEqual([]);
});

it('a blocked member gets the answers of a member', () => {
  const common = ROWS.filter(({ owned }) => !owned);
  expect(common.filter(({ expected }) => expected.blocked !== expected.member).map(({ name }) => name)).toEqual([]);
});

it('docs/authorisation.md is as generated: npm run docs:authorisation', () => {
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, matrixPage());
  expect(readFileSync(PAGE, 'utf8')).toBe(matrixPage());
});
