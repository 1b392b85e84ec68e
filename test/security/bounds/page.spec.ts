/** The bounds state every command, name what there is, and the page says what they say. With `WRITE=1` it writes the page. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '@aeturnis/contracts';
import { doubles, gaps } from './coverage';
import { GLOBAL_BOUNDS } from './globals';
import { page } from './page';
import { BOUNDS } from './table';

const ROOT = join(__dirname, '..', '..', '..');
const PAGE = join(ROOT, 'docs', 'bounds.md');

const sources = ['apps', 'libs']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => [folder, file]),
  )
  .filter(([, file = '']) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((path) => readFileSync(join(ROOT, ...path), 'utf8'))
  .join('\n');

it('every command has a bound, and no other', () => {
  const commands = COMMANDS.map(({ name }) => name);
  expect([...gaps('command', commands), ...doubles()]).toEqual([]);
});

it('global bounds have the values that the sources give them', () => {
  const constants = Object.values(GLOBAL_BOUNDS).flatMap((bounds) =>
    bounds.flatMap(({ by }) => by.filter((each) => typeof each !== 'string')),
  );
  const wrong = constants.filter(
    ({ file, name, value }) => !readFileSync(join(ROOT, file), 'utf8').includes(`const ${name} = ${value};`),
  );
  expect(wrong).toEqual([]);
});

it('names constants and settings that there are', () => {
  const named = BOUNDS.flatMap(({ bounded, leaves }) => `${bounded} ${leaves}`.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []);
  const missing = [...new Set(named)].filter((name) => !new RegExp(`(?:const ${name} =|'${name}')`).test(sources));
  expect(missing).toEqual([]);
});

it('docs/bounds.md is as generated: npm run docs:bounds', () => {
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, page());
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});
