/** The pages of the documentation name files that exist: relative links, and paths of source files in code spans. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g;
const SOURCE_PATH = /`((?:[\w@.-]+\/)+[\w.-]+\.(?:ts|mjs|cjs|lua))`/g;
/** A page may leave out the beginning of a path. */
const BASES = [
  '',
  'libs/realtime/src',
  'libs/platform/src',
  'apps/server/src',
  'apps/server/src/world',
  'test',
  'bench',
];

const pages = execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter(Boolean);

function brokenReferences(page: string, text: string): string[] {
  const links = [...text.matchAll(LINK)].map(([, target = '']) => target);
  const paths = [...text.matchAll(SOURCE_PATH)].map(([, path = '']) => path);
  return [
    ...links.filter((target) => !existsSync(join(root, dirname(page), decodeURIComponent(target)))),
    ...paths.filter((path) => !BASES.some((base) => existsSync(join(root, base, path)))),
  ];
}

it.each(pages)('documentation: the links and paths of %s lead to files', (page) => {
  expect(brokenReferences(page, readFileSync(join(root, page), 'utf8'))).toEqual([]);
});

it('documentation: a broken link and a path without a file are reported', () => {
  const text = 'See [this](missing.md), [that](world.md#cells) and `world/nothing.ts`, `base/clock.ts`.';
  expect(brokenReferences('docs/page.md', text)).toEqual(['missing.md', 'world/nothing.ts']);
});
