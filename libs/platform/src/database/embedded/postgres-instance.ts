/** Chooses the user that PostgreSQL runs as, and directories of the cluster and the binaries that this user can access. */
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readlink, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type PostgresBinaries, locateBinaries, programPath } from './binaries';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { runProgram, type SystemUser } from './program';
import { isRoot, findServiceUser, resolveOwner } from './service-user';

/** Owned by root and world-readable. Used if the server runs as root and the user of PostgreSQL cannot enter its directories. */
const OPEN_FOLDER = '/var/lib/aeturnis-realtime';

export interface PostgresInstance {
  binaries: PostgresBinaries;
  /** The data directory of PostgreSQL; missing before the first start. */
  dataDirectory: string;
  /** Path of the symbolic link to the cluster, if the cluster is outside of the data directory. */
  link?: string;
  /** The user that PostgreSQL runs as; absent: the user of this process. */
  user?: SystemUser;
}

export async function resolveInstance(dataDir: string, log: (line: string) => void): Promise<PostgresInstance> {
  const binaries = await locateBinaries();
  const inside = join(dataDir, 'postgres');
  const existing = await findExistingCluster(inside);
  if (existing && !isRoot() && process.getuid && existing.owner.uid !== process.getuid()) {
    throw new EmbeddedPostgresError(
      `The database in ${inside} belongs to ${(await resolveOwner(existing.owner)).name}: run the server as that user, or set DATA_DIR to another folder.`,
    );
  }
  if (!isRoot()) return { binaries, dataDirectory: existing?.dataDirectory ?? inside };
  const user = existing ? await requireClusterOwner(existing.owner, inside) : await findServiceUser();
  const location = existing
    ? { dataDirectory: existing.dataDirectory }
    : await chooseDataDirectory(inside, dataDir, user, log);
  return { binaries: await ensureRunnableBinaries(binaries, user, log), user, ...location };
}

async function findExistingCluster(inside: string): Promise<{ dataDirectory: string; owner: Stats } | null> {
  const entry = await lstat(inside).catch(nullIfMissing);
  if (!entry) return null;
  const dataDirectory = entry.isSymbolicLink() ? await readlink(inside) : inside;
  const owner = await stat(dataDirectory).catch(nullIfMissing);
  if (owner) return { dataDirectory, owner };
  throw new EmbeddedPostgresError(
    `The database ${dataDirectory} that ${inside} points to is missing: restore it, or remove ${inside} to start with an empty database.`,
  );
}

async function requireClusterOwner(owner: Stats, inside: string): Promise<SystemUser> {
  if (owner.uid !== 0) return resolveOwner(owner);
  const { name } = await findServiceUser();
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the database in ${inside} belongs to root: run \`chown -R ${name} ${inside}/\`.`,
  );
}

async function chooseDataDirectory(
  inside: string,
  dataDir: string,
  user: SystemUser,
  log: (line: string) => void,
): Promise<Pick<PostgresInstance, 'dataDirectory' | 'link'>> {
  const { ok } = await runProgram('test', ['-x', dataDir], { user });
  if (ok) return { dataDirectory: inside };
  await ensureOpenFolder(user, dataDir);
  const dataDirectory = join(OPEN_FOLDER, randomBytes(8).toString('hex'));
  log(`PostgreSQL runs as ${user.name}, who cannot enter ${dataDir}: the database is kept in ${dataDirectory}`);
  return { dataDirectory, link: inside };
}

async function ensureRunnableBinaries(
  binaries: PostgresBinaries,
  user: SystemUser,
  log: (line: string) => void,
): Promise<PostgresBinaries> {
  if ((await tryRun(binaries, user)).ok) return binaries;
  const copy = { ...binaries, folder: join(OPEN_FOLDER, `postgres-${binaries.version}`) };
  if (!(await stat(copy.folder).catch(nullIfMissing))) {
    await ensureOpenFolder(user, binaries.folder);
    await copyReadable(binaries.folder, copy.folder);
    log(
      `PostgreSQL runs as ${user.name}, who cannot enter ${binaries.folder}: its programs are copied to ${copy.folder}`,
    );
  }
  const { ok, output } = await tryRun(copy, user);
  if (ok) return copy;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL in ${copy.folder} does not run as ${user.name} (${output}): start the server as an ordinary user, or set DATABASE_URL.`,
  );
}

const tryRun = (binaries: PostgresBinaries, user: SystemUser) =>
  runProgram(programPath(binaries, 'postgres'), ['--version'], { user });

/** Copies atomically. The copy is world-readable and writable by root only, regardless of the original and the umask. */
async function copyReadable(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomBytes(4).toString('hex')}`;
  try {
    for (const [tool, ...args] of [
      ['cp', '-R', from, draft],
      ['chmod', '-R', 'u=rwX,go=rX', draft],
    ] as const) {
      const { ok, output } = await runProgram(tool, args);
      if (!ok) throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot be copied to ${to}: ${output}`);
    }
    // Another server may have created the same copy at the same time.
    await rename(draft, to).catch((error: unknown) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function ensureOpenFolder(user: SystemUser, closed: string): Promise<void> {
  try {
    await mkdir(OPEN_FOLDER, { recursive: true });
    await chmod(OPEN_FOLDER, 0o755);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `PostgreSQL runs as ${user.name}, who cannot enter ${closed}, and ${OPEN_FOLDER} cannot be used instead (${codeOf(error)}): start the server as an ordinary user, set DATA_DIR to a folder ${user.name} can enter, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

function nullIfMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}
