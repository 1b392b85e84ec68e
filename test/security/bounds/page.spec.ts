/** Every command has a bound, bounds name existing constants, and docs/bounds.md is up to date. `WRITE=1` writes the page. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '@aeturnis/contracts';
import { duplicateBounds, boundGaps } from './coverage';
import { GLOBAL_BOUNDS } from './globals/globals';
import { boundsPage } from './page';
import { RETENTION } from './retention';
import { BOUNDS } from './bounds';

const ROOT = join(__dirname, '..', '..', '..');
const PAGE = join(ROOT, 'docs', 'bounds.md');

const sources = ['apps', 'libs']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => [folder, file]),
  )
  .filter(([, file = '']) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((path) => readFileSync(join(ROOT, ...path), 'utf8'))
  .join('\n');

it('every command has a bound, and every bound has a command', () => {
  const commands = COMMANDS.map(({ name }) => name);
  expect([...boundGaps('command', commands), ...duplicateBounds()]).toEqual([]);
});

it('global bounds state the values of the source constants', () => {
  const constants = Object.values(GLOBAL_BOUNDS).flatMap((bounds) =>
    bounds.flatMap(({ by }) => by.filter((source) => typeof source !== 'string')),
  );
  const wrong = constants.filter(
    ({ file, name, value }) =>
      !readFileSync(join(ROOT, file), 'utf8').includes(
        file.endsWith('.lua') ? `\nlocal ${name} = ${value}\n` : `const ${name} = ${value};`,
      ),
  );
  expect(wrong).toEqual([]);
});

it('bounds name existing constants and settings', () => {
  const named = BOUNDS.flatMap(
    ({ bounded, leaves = '' }) => `${bounded} ${leaves}`.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [],
  );
  const missing = [...new Set(named)].filter((name) => !new RegExp(`(?:const ${name} =|'${name}')`).test(sources));
  expect(missing).toEqual([]);
});

interface Table {
  foreignKeys: Record<string, { tableTo: string; onDelete?: string }>;
}
const MIGRATIONS = join(ROOT, 'apps', 'server', 'migrations', 'meta');

it('every table names an existing foreign key or existing code that deletes its rows', () => {
  const [newest = ''] = readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith('_snapshot.json'))
    .sort()
    .reverse();
  const { tables } = JSON.parse(readFileSync(join(MIGRATIONS, newest), 'utf8')) as { tables: Record<string, Table> };
  const named = (table: string): string => `public.${table}`;
  expect(RETENTION.map(({ table }) => named(table)).sort()).toEqual(Object.keys(tables).sort());
  const cascades = (table: string, to: string): boolean =>
    Object.values(tables[named(table)]?.foreignKeys ?? {}).some(
      ({ tableTo, onDelete }) => tableTo === to && onDelete === 'cascade',
    );
  const wrong = RETENTION.flatMap(({ table, by }) => {
    if ('cascade' in by) return cascades(table, by.cascade) ? [] : [`${table} has no such foreign key`];
    if ('never' in by) return [];
    return by.code
      .filter(({ file, name }) => !new RegExp(`\\b${name}\\(`).test(readFileSync(join(ROOT, file), 'utf8')))
      .map(({ file, name }) => `${file} has no ${name}`);
  });
  expect(wrong).toEqual([]);
});

it('docs/bounds.md is as generated: npm run docs:bounds', () => {
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, boundsPage());
  expect(readFileSync(PAGE, 'utf8')).toBe(boundsPage());
});
