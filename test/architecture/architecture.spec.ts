/** Tests the import and lint rules of this repository: a violation of each rule is reported, and clean files pass. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LINT_CLEAN, LINT_VIOLATIONS, type LintFile } from './lint-files';
import { CLEAN_TREE, sourceOf, type ImportTree, TREE_VIOLATIONS } from './import-trees';

interface Findings {
  /** The violated rules per tree. */
  cruised: string[][];
  /** The violated rules per file. */
  linted: Record<string, string[]>;
  dependencyRules: string[];
  lintRules: string[];
}

const root = resolve(__dirname, '../..');
const base = realpathSync(mkdtempSync(join(tmpdir(), 'architecture-')));
const lintRoot = join(base, 'lint');
let findings: Findings;

const trees = Object.entries(TREE_VIOLATIONS).flatMap(([rule, list]) => list.map((tree) => ({ rule, tree })));
const lintFiles = Object.entries(LINT_VIOLATIONS).flatMap(([rule, files]) => files.map((file) => ({ rule, file })));

beforeAll(() => {
  const input = {
    trees: [CLEAN_TREE, ...trees.map(({ tree }) => tree)].map((tree, index) =>
      writeTree(join(base, `tree-${index}`), tree),
    ),
    lintRoot,
  };
  createRoot(lintRoot);
  [...LINT_CLEAN, ...lintFiles.map(({ file }) => file)].forEach((file, index) => {
    write(join(lintRoot, lintPath(file, index)), file.source);
  });
  const program = join(__dirname, 'run-linters.mjs');
  const output = execFileSync(process.execPath, [program], { input: JSON.stringify(input), encoding: 'utf8' });
  findings = JSON.parse(output) as Findings;
}, 60_000);

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('import rules', () => {
  it('allow the declared imports', () => {
    expect(findings.cruised[0]).toEqual([]);
  });

  it.each(trees.map(({ rule, tree }, index) => ({ rule, arrow: Object.entries(tree)[0]?.join(' → '), index })))(
    '$rule: reports $arrow',
    ({ rule, index }) => {
      expect(new Set(findings.cruised[index + 1])).toEqual(new Set([rule]));
    },
  );

  it('are all violated by a test file', () => {
    expect(Object.keys(TREE_VIOLATIONS).sort()).toEqual(findings.dependencyRules.sort());
  });
});

describe('lint rules', () => {
  it.each(LINT_CLEAN.map((file, index) => ({ folder: file.folder, path: lintPath(file, index) })))(
    'allow a clean file in $folder',
    ({ path }) => {
      expect(findings.linted[path]).toEqual([]);
    },
  );

  it.each(lintFiles.map(({ rule, file }, index) => ({ rule, path: lintPath(file, LINT_CLEAN.length + index) })))(
    '$rule: reports its violation',
    ({ rule, path }) => {
      expect(new Set(findings.linted[path])).toEqual(new Set([rule]));
    },
  );

  it('are all violated by a test file', () => {
    expect(Object.keys(LINT_VIOLATIONS).sort()).toEqual(findings.lintRules.sort());
  });
});

function lintPath({ folder }: LintFile, index: number): string {
  return `${folder}/file-${index}.ts`;
}

function writeTree(folder: string, tree: ImportTree): string {
  createRoot(folder);
  for (const [path, imports] of Object.entries(tree)) write(join(folder, path), sourceOf(imports));
  return folder;
}

/** Creates a folder with the compiler settings and the packages of this repository. */
function createRoot(folder: string): void {
  mkdirSync(folder);
  for (const file of ['tsconfig.json', 'package.json']) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

function write(path: string, source: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
}
