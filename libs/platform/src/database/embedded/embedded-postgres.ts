/** A real PostgreSQL of the server's own: made on the first start, found again on the next, stopped last. */
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { DATABASE_USER, prepareCluster } from './cluster';
import { makeFolder } from './data-folder';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { type Placement, placementIn } from './placement';
import { runningPostmaster, startPostmaster, stopPostmaster } from './postmaster';
import { ServerLock } from './server-lock';

export interface EmbeddedPostgresOptions {
  /** Holds the database, its password and its log; made where it is missing. One server uses it at a time. */
  dataDir: string;
  /** Hears what an operator may want to know. */
  log?: (line: string) => void;
}

const DATABASE = 'aeturnis';
const CONNECT_MS = 10_000;

type Log = (line: string) => void;

export class EmbeddedPostgres {
  /** Where clients connect; holds the password. */
  readonly url: string;
  private stopping: Promise<void> | null = null;
  private reviving: Promise<void> | null = null;

  private constructor(
    private readonly placement: Placement,
    private readonly port: number,
    password: string,
    private readonly logFile: string,
    private readonly lock: ServerLock,
    /** Whether it was running already, left behind by a server that was killed. */
    readonly takenOver: boolean,
    private readonly log: Log,
  ) {
    this.url = urlOf(port, password, DATABASE);
  }

  /**
   * Resolves when it takes connections. The caller's death does not end it: the next start takes it over.
   * @throws EmbeddedPostgresError with one line for the operator.
   */
  static async start({ dataDir, log = () => undefined }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    let lock: ServerLock | undefined;
    try {
      await makeFolder(dataDir);
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

  /** Where the PostgreSQL of a running server takes connections, for tools that work beside it; null when none runs there. */
  static async running(dataDir: string): Promise<string | null> {
    const found = await runningPostmaster(join(dataDir, 'postgres'));
    if (!found) return null;
    const password = await readFile(join(dataDir, 'postgres-password'), 'utf8');
    return urlOf(found.port, password.trim(), DATABASE);
  }

  private static async startLocked(folder: string, lock: ServerLock, log: Log): Promise<EmbeddedPostgres> {
    const logFile = join(folder, 'postgres.log');
    const placement = await placementIn(folder, log);
    const password = await prepareCluster(placement, join(folder, 'postgres-password'));
    const orphan = await runningPostmaster(placement.cluster);
    if (orphan) log(`PostgreSQL still runs (pid ${orphan.pid}), left by a server that was killed: it is taken over`);
    const port = orphan?.port ?? (await startPostmaster(placement, logFile));
    await createDatabase(urlOf(port, password, 'postgres')).catch(async (error: unknown) => {
      // It would outlive a server that does not start.
      await stopPostmaster(placement);
      throw error;
    });
    return new EmbeddedPostgres(placement, port, password, logFile, lock, orphan !== null, log);
  }

  /** Starts PostgreSQL again, at the same address, when it has died; does nothing while it runs or is being stopped. */
  revive(): Promise<void> {
    return (this.reviving ??= this.reviveOnce().finally(() => (this.reviving = null)));
  }

  /** Ends PostgreSQL and frees the data folder. Bounded to some seconds; a second call waits for the first. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopOnce());
  }

  private async reviveOnce(): Promise<void> {
    if (this.stopping || (await runningPostmaster(this.placement.cluster))) return;
    this.log('PostgreSQL has ended without being asked to: it is started again');
    await startPostmaster(this.placement, this.logFile, this.port);
  }

  private async stopOnce(): Promise<void> {
    try {
      await this.reviving?.catch(() => undefined);
      if (!(await stopPostmaster(this.placement))) this.log('PostgreSQL is still writing and will end by itself');
    } finally {
      this.lock.release();
    }
  }
}

/** What an operator can do about an error of the system or of PostgreSQL. */
const ADVICE: Partial<Record<string, string>> = {
  EACCES: 'make DATA_DIR writable for the user of the server, or set it to another folder',
  EPERM: 'make DATA_DIR writable for the user of the server, or set it to another folder',
  EROFS: 'set DATA_DIR to a folder on a disk that can be written to',
  ENOENT: 'set DATA_DIR to a folder that can be made',
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
