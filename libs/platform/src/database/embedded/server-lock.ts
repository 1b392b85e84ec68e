/** One server per data folder: a lock file that names its holder, and that a killed holder does not keep. */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity';

const ATTEMPTS = 50;
const PAUSE_MS = 10;

export class ServerLock {
  private constructor(
    private readonly path: string,
    private readonly content: string,
  ) {}

  /** @throws EmbeddedPostgresError naming the holder, when that is alive. */
  static async acquire(dataDir: string): Promise<ServerLock> {
    const path = join(dataDir, 'server.lock');
    const content = JSON.stringify({ ...ownIdentity(), id: randomUUID() });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (create(path, content)) return new ServerLock(path, content);
      const found = read(path);
      if (found === undefined) continue;
      const holder = holderOf(found);
      if (holder && isAlive(holder)) throw used(dataDir, holder.pid);
      if (!removeStale(path, found, content)) await delay(PAUSE_MS);
    }
    throw new EmbeddedPostgresError(`The lock ${path} cannot be taken. Remove it if no server uses the data folder.`);
  }

  /** Leaves a lock alone that is no longer ours. */
  release(): void {
    if (read(this.path) === this.content) rmSync(this.path, { force: true });
  }
}

/**
 * Removes the lock `stale`, and never one that was made in its place meanwhile: only who holds the second file
 * removes locks of others, and looks again while holding it. False while somebody else holds that file.
 */
function removeStale(path: string, stale: string, content: string): boolean {
  const guard = `${path}.takeover`;
  if (!create(guard, content)) {
    const holder = holderOf(read(guard) ?? content);
    if (!holder || !isAlive(holder)) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (read(path) === stale) rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Makes the file with all its content in one step, or answers false when there is one. */
function create(path: string, content: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function holderOf(content: string): ProcessIdentity | null {
  try {
    const parsed = JSON.parse(content) as Partial<ProcessIdentity> | null;
    return typeof parsed?.pid === 'number' ? (parsed as ProcessIdentity) : null;
  } catch {
    return null;
  }
}

const used = (dataDir: string, pid: number): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    `The data folder ${dataDir} is used by another server (pid ${pid}). Stop it, or give this one a DATA_DIR of its own.`,
  );
