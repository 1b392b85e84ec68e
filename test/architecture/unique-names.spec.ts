/** An exported name means one thing: no two files of the libraries, the server or the tests export the same one. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const EXPORT =
  /^export (?:abstract |async |declare )*(?:class|interface|type|const|let|function|enum) ([A-Za-z_$][\w$]*)/gm;
/** The server's subclass stands for the library's class wherever it is injected. */
const INTENDED = new Set(['RealtimeService']);

const exportedNames = (source: string): string[] => [
  ...new Set([...source.matchAll(EXPORT)].map(([, name = '']) => name)),
];

function duplicates(sources: ReadonlyMap<string, string>): Record<string, string[]> {
  const files = new Map<string, string[]>();
  for (const [file, source] of sources)
    for (const name of exportedNames(source)) files.set(name, [...(files.get(name) ?? []), file]);
  return Object.fromEntries([...files].filter(([name, of]) => of.length > 1 && !INTENDED.has(name)));
}

it('exported names: are found once in the repository', () => {
  const patterns = ['libs/*.ts', 'apps/*.ts', 'apps/*.tsx', 'test/*.ts'];
  const tracked = execFileSync('git', ['ls-files', '-z', ...patterns], { cwd: root, encoding: 'utf8' }).split('\0');
  const sources = new Map(tracked.filter(Boolean).map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  expect(sources.size).toBeGreaterThan(500);
  expect(duplicates(sources)).toEqual({});
});

it('exported names: a second export of a name is reported with both files', () => {
  const sources = new Map([
    ['a.ts', 'export class Thing {}\nexport const other = 1;'],
    ['b.ts', 'export interface Thing {}\nconst other = 2;'],
  ]);
  expect(duplicates(sources)).toEqual({ Thing: ['a.ts', 'b.ts'] });
});
