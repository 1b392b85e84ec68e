/** Locates the PostgreSQL binaries of the npm packages, and completes them if npm did not run their install scripts. */
import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error';

export interface PostgresBinaries {
  /** Contains bin, lib and share. */
  folder: string;
  /** Version of the npm package, such as `18.4.0-beta.17`. */
  version: string;
}

const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'darwin', linux: 'linux', win32: 'windows' };

export const programPath = ({ folder }: PostgresBinaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string =>
  join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

/** @throws EmbeddedPostgresError if there is no package for this platform, or it is not installed. */
export async function locateBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const root = packageFolder(name);
  if (root === undefined) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL (${name}) is not installed: set DATABASE_URL, or run \`npm ci --include=optional\`.`,
    );
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await createMissingSymlinks(root, name);
  return { folder: join(root, 'native'), version };
}

// The package is an ES module with one export, whose path is resolved without loading it.
function packageFolder(name: string): string | undefined {
  try {
    return dirname(dirname(require.resolve(name)));
  } catch {
    return undefined;
  }
}

/** npm packages cannot contain symbolic links: the package lists them, and its install script would create them. */
async function createMissingSymlinks(root: string, name: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    try {
      await symlink(relative(dirname(target), source), join(root, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL in ${root} is incomplete and cannot be completed: run \`npm rebuild ${name}\` as its owner.`,
        { cause: error },
      );
    }
  }
}
