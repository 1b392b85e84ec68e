/** The packages as they would be published: their files, their manifests, and the packages that they import. */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { preProcessFile } from 'typescript';

export const repository = join(__dirname, '../..');
export const PUBLISHED = ['contracts', 'platform', 'realtime', 'client'] as const;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export const packageFolder = (name: string): string => join(repository, 'packages', name);

export const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

export const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' });

const CODE = /\.(?:js|cjs)$/;
const DECLARATIONS = /\.d\.c?ts$/;

/** The names of the packages that the code, or the declarations, of a package import. */
export function importedPackages(name: string, kind: 'code' | 'declarations'): string[] {
  const pattern = kind === 'code' ? CODE : DECLARATIONS;
  const dist = join(packageFolder(name), 'dist');
  const found = filesIn(dist)
    .filter((file) => pattern.test(file))
    .flatMap((file) => preProcessFile(readFileSync(join(dist, file), 'utf8'), true, true).importedFiles)
    .filter(({ fileName }) => !fileName.startsWith('.') && !isBuiltin(fileName))
    .map(({ fileName }) => /^(?:@[^/]+\/)?[^/]+/.exec(fileName)?.[0] ?? '');
  return [...new Set(found)].sort();
}
