/** Lock file that lets one server at a time use a data directory. The lock of a killed holder can be taken over. */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { isProcessAlive, currentProcessIdentity, type ProcessIdentity } from './process-identity';

const ATTEMPTS = 50;
const PAUSE_MS = 10;

export class ServerLock {
  private constructor(
    private readonly path: string,
    private readonly content: string,
  ) {}

  /** @throws EmbeddedPostgresError that names the holder, if the holder is alive. */
  static async acquire(dataDir: string): Promise<ServerLock> {
    const path = join(dataDir, 'server.lock');
    const content = JSON.stringify({ ...currentProcessIdentity(), id: randomUUID() });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tryCreate(path, content)) return new ServerLock(path, content);
      const found = readIfExists(path);
      if (found === undefined) continue;
      const holder = holderOf(found);
      if (holder && isProcessAlive(holder)) throw inUseError(dataDir, holder.pid);
      if (!removeStale(path, found, content)) await delay(PAUSE_MS);
    }
    throw new EmbeddedPostgresError(
      `The lock ${path} cannot be acquired. Remove it if no server uses the data folder.`,
    );
  }

  /** Does nothing if another server holds the lock by now. */
  release(): void {
    if (readIfExists(this.path) === this.content) rmSync(this.path, { force: true });
  }
}

/**
 * Removes the lock `stale`, and never a newer lock: only the holder of a second file, the guard, may remove the lock of another
 * server, and it compares the content again before. @returns false while another server holds the guard.
 */
function removeStale(path: string, stale: string, content: string): boolean {
  const guard = `${path}.takeover`;
  if (!tryCreate(guard, content)) {
    const holder = holderOf(readIfExists(guard) ?? content);
    if (!holder || !isProcessAlive(holder)) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (readIfExists(path) === stale) rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Creates the file with its content atomically. @returns false if the file exists. */
function tryCreate(path: string, content: string): boolean {
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

function readIfExists(path: string): string | undefined {
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

const inUseError = (dataDir: string, pid: number): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    `The data folder ${dataDir} is used by another server (pid ${pid}). Stop it, or set DATA_DIR to another folder.`,
  );
