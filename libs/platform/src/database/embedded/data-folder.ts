/** The folder that the server keeps its data in: made where it is missing, and checked before anything is started. */
import { mkdir, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error';

/** A new database with its write-ahead log takes 50 MB. */
const NEW_DATABASE_BYTES = 60_000_000;

/**
 * Makes it, and the folders above it. `mkdir` by itself says ENOENT where the disk is read-only, and does not end where a
 * folder above can never be made, as in `/proc`.
 * @throws the error of the system that says why.
 */
export async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await mkdir(path).catch((error: unknown) => {
    // Another server may have been faster. A file in its place is said by whoever writes there.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

/** @throws EmbeddedPostgresError where a new database would fill the disk while it is made. */
export async function assertRoomForDatabase(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= NEW_DATABASE_BYTES) return;
  throw new EmbeddedPostgresError(
    `The disk of ${folder} has ${megabytes(free)} MB left, and a new database takes ${megabytes(NEW_DATABASE_BYTES)}: free some space, set DATA_DIR to a folder on another disk, or set DATABASE_URL.`,
  );
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000);
