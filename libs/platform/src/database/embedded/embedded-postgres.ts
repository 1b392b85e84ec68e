/** The embedded PostgreSQL: created on the first start in the data directory, and stopped at the end of the shutdown. */
import { lstat, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { DATABASE_USER, prepareCluster } from './cluster';
import { ensureDirectory } from './directories';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { type PostgresInstance, resolveInstance } from './postgres-instance';
import { findRunningPostmaster, startPostmaster, stopPostmaster } from './postmaster';
import { ServerLock } from './server-lock';

interface EmbeddedPostgresOptions {
  /** Contains the database, its password and its log. Created if missing. One server can use it at a time. */
  dataDir: string;
  /** Called with messages for the operator. */
  log?: (line: string) => void;
}

const DATABASE = 'aeturnis';
const CONNECT_MS = 10_000;

type Log = (line: string) => void;

export class EmbeddedPostgres {
  /** Connection URL, with the password. */
  readonly url: string;
  private stopping: Promise<void> | null = null;
  private restarting: Promise<void> | null = null;

  private constructor(
    private readonly instance: PostgresInstance,
    private readonly port: number,
    password: string,
    private readonly logFile: string,
    private readonly lock: ServerLock,
    /** Whether PostgreSQL was already running, started by a server that was killed. */
    readonly wasTakenOver: boolean,
    private readonly log: Log,
  ) {
    this.url = urlOf(port, password, DATABASE);
  }

  /**
   * Resolves when PostgreSQL accepts connections. If this process is killed, PostgreSQL continues and the next start takes it over.
   * @throws EmbeddedPostgresError with a one-line message for the operator.
   */
  static async start({ dataDir, log = () => undefined }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    let lock: ServerLock | undefined;
    try {
      await ensureDirectory(dataDir);
      const folder = await realpath(dataDir);
      lock = await ServerLock.acquire(folder);
      return await EmbeddedPostgres.startLocked(folder, lock, log);
    } catch (error) {
      lock?.release();
      if (error instanceof EmbeddedPostgresError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL in ${dataDir} cannot be started: ${reason}${adviceFor(error)}`,
        {
          cause: error,
        },
      );
    }
  }

  /** The URL of the PostgreSQL of a running server, for tools; null if none runs in the directory. */
  static async findRunningUrl(dataDir: string): Promise<string | null> {
    const found = await findRunningPostmaster(join(dataDir, 'postgres'));
    if (!found) return null;
    const password = await readFile(join(dataDir, 'postgres-password'), 'utf8');
    return urlOf(found.port, password.trim(), DATABASE);
  }

  /** Whether `start` would find a database in the directory instead of creating one. */
  static async exists(dataDir: string): Promise<boolean> {
    return lstat(join(dataDir, 'postgres')).then(
      () => true,
      // Any other error is reported by `start`.
      (error: unknown) => !['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code)),
    );
  }

  private static async startLocked(folder: string, lock: ServerLock, log: Log): Promise<EmbeddedPostgres> {
    const logFile = join(folder, 'postgres.log');
    const instance = await resolveInstance(folder, log);
    const password = await prepareCluster(instance, join(folder, 'postgres-password'));
    const orphan = await findRunningPostmaster(instance.dataDirectory);
    if (orphan) log(`PostgreSQL of a killed server still runs (pid ${orphan.pid}): this server takes it over`);
    const port = orphan?.port ?? (await startPostmaster(instance, logFile));
    await createDatabase(urlOf(port, password, 'postgres')).catch(async (error: unknown) => {
      // PostgreSQL would outlive a server that does not start.
      await stopPostmaster(instance);
      throw error;
    });
    return new EmbeddedPostgres(instance, port, password, logFile, lock, orphan !== null, log);
  }

  /** Restarts PostgreSQL on the same port if it has ended. Does nothing while it runs or is being stopped. */
  restartIfStopped(): Promise<void> {
    return (this.restarting ??= this.restartOnce().finally(() => (this.restarting = null)));
  }

  /** Stops PostgreSQL within some seconds and releases the data directory. A second call waits for the first. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopOnce());
  }

  private async restartOnce(): Promise<void> {
    if (this.stopping || (await findRunningPostmaster(this.instance.dataDirectory))) return;
    this.log('PostgreSQL has ended unexpectedly: it is restarted');
    await startPostmaster(this.instance, this.logFile, this.port);
  }

  private async stopOnce(): Promise<void> {
    try {
      await this.restarting?.catch(() => undefined);
      if (!(await stopPostmaster(this.instance))) this.log('PostgreSQL is still writing and ends later by itself');
    } finally {
      this.lock.release();
    }
  }
}

/** Advice for the operator, by system error code or SQLSTATE. */
const ADVICE: Partial<Record<string, string>> = {
  EACCES: 'make DATA_DIR writable for the user of the server, or set it to another folder',
  EPERM: 'make DATA_DIR writable for the user of the server, or set it to another folder',
  EROFS: 'set DATA_DIR to a folder on a disk that can be written to',
  ENOENT: 'set DATA_DIR to a folder that can be created',
  ENOTDIR: 'set DATA_DIR to a folder',
  ENOSPC: 'free space on the disk, or set DATA_DIR to a folder on another one',
  EDQUOT: 'free space on the disk, or set DATA_DIR to a folder on another one',
  '53100': 'free space on the disk, or set DATA_DIR to a folder on another one',
};

function adviceFor(error: unknown): string {
  const { code } = error as { code?: unknown };
  const advice = typeof code === 'string' ? ADVICE[code] : undefined;
  return advice === undefined ? '' : `; ${advice}, or set DATABASE_URL`;
}

const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`;

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
