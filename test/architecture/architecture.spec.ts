/** The rules of the house bite: each of them is broken on purpose, and what is allowed passes. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LINT_CLEAN, LINT_VIOLATIONS, type LintFile } from './lint-files';
import { CLEAN, sourceOf, type Tree, VIOLATIONS } from './trees';

interface Findings {
  /** Per tree: the rules that are violated in it. */
  cruised: string[][];
  /** Per file: the rules that are violated in it. */
  linted: Record<string, string[]>;
  dependencyRules: string[];
  lintRules: string[];
}

const root = resolve(__dirname, '../..');
const base = realpathSync(mkdtempSync(join(tmpdir(), 'architecture-')));
const lintRoot = join(base, 'lint');
let findings: Findings;

const trees = Object.entries(VIOLATIONS).flatMap(([rule, broken]) => broken.map((tree) => ({ rule, tree })));
const lintFiles = Object.entries(LINT_VIOLATIONS).flatMap(([rule, files]) => files.map((file) => ({ rule, file })));

beforeAll(() => {
  const input = {
    trees: [CLEAN, ...trees.map(({ tree }) => tree)].map((tree, index) => writeTree(join(base, `tree-${index}`), tree)),
    lintRoot,
  };
  layOut(lintRoot);
  [...LINT_CLEAN, ...lintFiles.map(({ file }) => file)].forEach((file, index) => {
    write(join(lintRoot, lintPath(file, index)), file.source);
  });
  const probe = join(__dirname, 'probe.mjs');
  const output = execFileSync(process.execPath, [probe], { input: JSON.stringify(input), encoding: 'utf8' });
  findings = JSON.parse(output) as Findings;
}, 60_000);

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('who may import whom', () => {
  it('lets the declared arrows pass', () => {
    expect(findings.cruised[0]).toEqual([]);
  });

  it.each(trees.map(({ rule, tree }, index) => ({ rule, arrow: Object.entries(tree)[0]?.join(' → '), index })))(
    '$rule: $arrow',
    ({ rule, index }) => {
      expect(new Set(findings.cruised[index + 1])).toEqual(new Set([rule]));
    },
  );

  it('has a violation for every rule', () => {
    expect(Object.keys(VIOLATIONS).sort()).toEqual(findings.dependencyRules.sort());
  });
});

describe('what the code may not do', () => {
  it.each(LINT_CLEAN.map((file, index) => ({ folder: file.folder, path: lintPath(file, index) })))(
    'lets a clean file in $folder pass',
    ({ path }) => {
      expect(findings.linted[path]).toEqual([]);
    },
  );

  it.each(lintFiles.map(({ rule, file }, index) => ({ rule, path: lintPath(file, LINT_CLEAN.length + index) })))(
    '$rule',
    ({ rule, path }) => {
      expect(new Set(findings.linted[path])).toEqual(new Set([rule]));
    },
  );

  it('has a violation for every rule', () => {
    expect(Object.keys(LINT_VIOLATIONS).sort()).toEqual(findings.lintRules.sort());
  });
});

function lintPath({ folder }: LintFile, index: number): string {
  return `${folder}/file-${index}.ts`;
}

function writeTree(folder: string, tree: Tree): string {
  layOut(folder);
  for (const [path, imports] of Object.entries(tree)) write(join(folder, path), sourceOf(imports));
  return folder;
}

/** What every tree shares with the repository: compiler settings, and the packages. */
function layOut(folder: string): void {
  mkdirSync(folder);
  for (const file of ['tsconfig.json', 'package.json']) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

function write(path: string, source: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
}
