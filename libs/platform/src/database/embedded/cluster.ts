/** Makes the database cluster on the first start, whole or not at all. */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { program } from './binaries';
import { assertRoomForDatabase } from './data-folder';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import type { Placement } from './placement';
import { runProgram } from './program';

/** The superuser of the cluster. */
export const DATABASE_USER = 'postgres';

/** Makes the cluster where there is none, and answers its password. */
export async function prepareCluster(placement: Placement, passwordFile: string): Promise<string> {
  const version = await readFile(join(placement.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) {
    await refuseForeignFolder(placement.cluster);
    await assertRoomForDatabase(dirname(placement.cluster));
    const password = (await readPassword(passwordFile)) ?? (await createPassword(passwordFile));
    await initialise(placement, password);
    return password;
  }
  refuseOtherVersion(placement, version.trim());
  const password = await readPassword(passwordFile);
  if (password !== undefined) return password;
  throw new EmbeddedPostgresError(
    `The password of the database, ${passwordFile}, is missing: restore it, or remove ${placement.cluster} to begin with an empty one.`,
  );
}

/** A kill at any moment leaves no cluster: it is built beside its place and moved there. */
async function initialise({ cluster, link, binaries, user }: Placement, password: string): Promise<void> {
  const building = `${cluster}.new`;
  const [data, passwordFile] = [join(building, 'data'), join(building, 'password')];
  await rm(building, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user) for (const path of [building, data, passwordFile]) await chown(path, user.uid, user.gid);
    const { ok, output } = await runProgram(program(binaries, 'initdb'), initdbArguments(data, passwordFile), { user });
    if (!ok) throw new EmbeddedPostgresError(`The database cannot be made in ${dirname(cluster)}: ${oneLine(output)}`);
    await rename(data, cluster);
    if (link !== undefined) await symlink(cluster, link);
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
  // Sorting and case rules that are the same on every machine, and survive an update of its libraries.
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--no-sync',
  '--no-instructions',
];

async function refuseForeignFolder(cluster: string): Promise<void> {
  const found = await stat(cluster).catch(() => null);
  if (found) {
    throw new EmbeddedPostgresError(
      `${cluster} is in the place of the database and is none: move it away, or give the server a DATA_DIR of its own.`,
    );
  }
}

function refuseOtherVersion({ cluster, binaries }: Placement, version: string): void {
  const [installed] = binaries.version.split('.');
  if (installed === version) return;
  throw new EmbeddedPostgresError(
    `The database in ${cluster} was made by PostgreSQL ${version}, and PostgreSQL ${installed ?? '?'} is installed: dump it with the former and restore it, or give the server a DATA_DIR of its own.`,
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

/** The last line that names a reason; the last lines only say that it is being cleaned up. */
function oneLine(output: string): string {
  const lines = output.split('\n').filter(Boolean);
  return lines.findLast((line) => /FATAL|PANIC|could not|[Ee]rror:/.test(line)) ?? lines.slice(-2).join(' ');
}
