/** Decides where the cluster and the programs are, so that whoever runs PostgreSQL can get at them. */
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readlink, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binaries, locateBinaries, program } from './binaries';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { runProgram, type SystemUser } from './program';
import { isRoot, serviceUser, userOf } from './service-user';

/** Root's, and open to everybody for reading: for a server of root whose own folders are closed to PostgreSQL. */
const OPEN_FOLDER = '/var/lib/aeturnis-realtime';

export interface Placement {
  binaries: Binaries;
  /** The data directory of PostgreSQL; missing before the first start. */
  cluster: string;
  /** Where the data folder points to the cluster, when that is elsewhere. */
  link?: string;
  /** Whom PostgreSQL runs as; absent: as we do. */
  user?: SystemUser;
}

export async function placementIn(dataDir: string, log: (line: string) => void): Promise<Placement> {
  const binaries = await locateBinaries();
  const inside = join(dataDir, 'postgres');
  const existing = await existingCluster(inside);
  if (existing && !isRoot() && process.getuid && existing.owner.uid !== process.getuid()) {
    throw new EmbeddedPostgresError(
      `The database in ${inside} belongs to ${(await userOf(existing.owner)).name}: run the server as that user, or give it a DATA_DIR of its own.`,
    );
  }
  if (!isRoot()) return { binaries, cluster: existing?.cluster ?? inside };
  const user = existing ? await formerUser(existing.owner, inside) : await serviceUser();
  const cluster = existing ? { cluster: existing.cluster } : await newCluster(inside, dataDir, user, log);
  return { binaries: await reachableBinaries(binaries, user, log), user, ...cluster };
}

async function existingCluster(inside: string): Promise<{ cluster: string; owner: Stats } | null> {
  const entry = await lstat(inside).catch(ifMissing);
  if (!entry) return null;
  const cluster = entry.isSymbolicLink() ? await readlink(inside) : inside;
  const owner = await stat(cluster).catch(ifMissing);
  if (owner) return { cluster, owner };
  throw new EmbeddedPostgresError(
    `The database ${cluster} that ${inside} points to is missing: restore it, or remove ${inside} to begin with an empty one.`,
  );
}

async function formerUser(owner: Stats, inside: string): Promise<SystemUser> {
  if (owner.uid !== 0) return userOf(owner);
  const { name } = await serviceUser();
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the database in ${inside} belongs to root: run \`chown -R ${name} ${inside}/\`.`,
  );
}

async function newCluster(
  inside: string,
  dataDir: string,
  user: SystemUser,
  log: (line: string) => void,
): Promise<Pick<Placement, 'cluster' | 'link'>> {
  const { ok } = await runProgram('test', ['-x', dataDir], { user });
  if (ok) return { cluster: inside };
  await openFolder(user, dataDir);
  const cluster = join(OPEN_FOLDER, randomBytes(8).toString('hex'));
  log(`PostgreSQL runs as ${user.name}, who cannot enter ${dataDir}: the database is kept in ${cluster}`);
  return { cluster, link: inside };
}

async function reachableBinaries(binaries: Binaries, user: SystemUser, log: (line: string) => void): Promise<Binaries> {
  if ((await runs(binaries, user)).ok) return binaries;
  const copy = { ...binaries, folder: join(OPEN_FOLDER, `postgres-${binaries.version}`) };
  if (!(await stat(copy.folder).catch(ifMissing))) {
    await openFolder(user, binaries.folder);
    await copyOpen(binaries.folder, copy.folder);
    log(
      `PostgreSQL runs as ${user.name}, who cannot enter ${binaries.folder}: its programs are copied to ${copy.folder}`,
    );
  }
  const { ok, output } = await runs(copy, user);
  if (ok) return copy;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL in ${copy.folder} does not run as ${user.name} (${output}): start the server as an ordinary user, or set DATABASE_URL.`,
  );
}

const runs = (binaries: Binaries, user: SystemUser) =>
  runProgram(program(binaries, 'postgres'), ['--version'], { user });

/** Complete or not there; readable for all and writable for root alone, whatever the original and the umask are. */
async function copyOpen(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomBytes(4).toString('hex')}`;
  try {
    for (const [tool, ...args] of [
      ['cp', '-R', from, draft],
      ['chmod', '-R', 'u=rwX,go=rX', draft],
    ] as const) {
      const { ok, output } = await runProgram(tool, args);
      if (!ok) throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot be copied to ${to}: ${output}`);
    }
    // Another server may have been faster, with the same content.
    await rename(draft, to).catch((error: unknown) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function openFolder(user: SystemUser, closed: string): Promise<void> {
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

function ifMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}
