/** Creates the server's data directory if it is missing, and checks the free space of its disk. */
import { mkdir, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error';

/** A new database with its write-ahead log takes 50 MB. */
const NEW_DATABASE_BYTES = 60_000_000;

/**
 * Creates the directory and its parents one by one. A recursive `mkdir` reports ENOENT on a read-only disk, and never returns
 * if a parent cannot be created, as in `/proc`.
 * @throws the system error with the reason.
 */
export async function ensureDirectory(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) await ensureDirectory(parent);
  await mkdir(path).catch((error: unknown) => {
    // Another server may have created the directory at the same time. If the path is a file, the next write to it fails.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

/** @throws EmbeddedPostgresError if the disk is too full for a new database. */
export async function assertDiskSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= NEW_DATABASE_BYTES) return;
  throw new EmbeddedPostgresError(
    `The disk of ${folder} has ${megabytes(freeBytes)} MB left, and a new database takes ${megabytes(NEW_DATABASE_BYTES)}: free some space, set DATA_DIR to a folder on another disk, or set DATABASE_URL.`,
  );
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000);
