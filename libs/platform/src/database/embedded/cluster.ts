/** Creates the database cluster on the first start, atomically. */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { programPath } from './binaries';
import { assertDiskSpace } from './directories';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import type { PostgresInstance } from './postgres-instance';
import { runProgram } from './program';

/** The superuser of the cluster. */
export const DATABASE_USER = 'postgres';

/** Creates the cluster if there is none. @returns its password. */
export async function prepareCluster(instance: PostgresInstance, passwordFile: string): Promise<string> {
  const version = await readFile(join(instance.dataDirectory, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) {
    await assertNoForeignFolder(instance.dataDirectory);
    await assertDiskSpace(dirname(instance.dataDirectory));
    const password = (await readPassword(passwordFile)) ?? (await createPassword(passwordFile));
    await initialiseCluster(instance, password);
    return password;
  }
  assertSameVersion(instance, version.trim());
  const password = await readPassword(passwordFile);
  if (password !== undefined) return password;
  throw new EmbeddedPostgresError(
    `The password of the database, ${passwordFile}, is missing: restore it, or remove ${instance.dataDirectory} to start with an empty database.`,
  );
}

/** Builds the cluster in a temporary directory and renames it: a kill at any moment leaves no incomplete cluster. */
async function initialiseCluster(
  { dataDirectory, link, binaries, user }: PostgresInstance,
  password: string,
): Promise<void> {
  const building = `${dataDirectory}.new`;
  const [data, passwordFile] = [join(building, 'data'), join(building, 'password')];
  await rm(building, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user) for (const path of [building, data, passwordFile]) await chown(path, user.uid, user.gid);
    const { ok, output } = await runProgram(programPath(binaries, 'initdb'), initdbArguments(data, passwordFile), {
      user,
    });
    if (!ok)
      throw new EmbeddedPostgresError(
        `The database cannot be created in ${dirname(dataDirectory)}: ${lineWithReason(output)}`,
      );
    await rename(data, dataDirectory);
    if (link !== undefined) await symlink(dataDirectory, link);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

const initdbArguments = (data: string, passwordFile: string): string[] => [
  `--pgdata=${data}`,
  `--username=${DATABASE_USER}`,
  `--pwfile=${passwordFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // Collation and case rules that are the same on every machine and do not change with its system libraries.
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--no-sync',
  '--no-instructions',
];

async function assertNoForeignFolder(cluster: string): Promise<void> {
  if (await stat(cluster).catch(() => null)) {
    throw new EmbeddedPostgresError(`${cluster} is not a database: move it away, or set DATA_DIR to another folder.`);
  }
}

function assertSameVersion({ dataDirectory, binaries }: PostgresInstance, version: string): void {
  const [installed] = binaries.version.split('.');
  if (installed === version) return;
  throw new EmbeddedPostgresError(
    `The database in ${dataDirectory} was created by PostgreSQL ${version}, and PostgreSQL ${installed ?? '?'} is installed: dump it with version ${version} and restore it, or set DATA_DIR to another folder.`,
  );
}

async function readPassword(path: string): Promise<string | undefined> {
  const password = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return password.trim() || undefined;
}

async function createPassword(path: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await writeFile(path, password, { mode: 0o600 });
  return password;
}

/** The last line that contains an error: the lines after it report the cleanup of initdb. */
function lineWithReason(output: string): string {
  const lines = output.split('\n').filter(Boolean);
  return lines.findLast((line) => /FATAL|PANIC|could not|[Ee]rror:/.test(line)) ?? lines.slice(-2).join(' ');
}
