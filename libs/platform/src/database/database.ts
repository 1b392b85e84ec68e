/** The database of this node: connects in the background, migrates, hands out queries and transactions, closes last. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { DatabaseError } from 'pg';
import { StateChangeLog } from '../logging/state-change-log';
import { ConnectionWatch, type DatabaseTime } from './connection-watch';
import { unavailable, wayError } from './database-error';
import { DATABASE_OPTIONS, type DatabaseOptions } from './database-options';
import { EmbeddedPostgres } from './embedded/embedded-postgres';
import type { FairPool, PoolFigures } from './fair-pool';
import { migrateDatabase, MigrationError } from './migrations';
import { addressOf, createPool } from './pool';
import { PreparedStatements } from './prepared-statements';
import type { SessionKind } from './session-settings';
import { assertStatements } from './statement';
import { type CommitCallback, type Queries, Transactions } from './transactions';

/** `lost`: was ready, cannot be reached now, and is tried again. */
export type DatabaseState = 'starting' | 'ready' | 'lost';

/** Told of each wait for a connection, and of each commit, how many milliseconds it took. */
type WorkListener = (kind: 'wait' | 'commit', ms: number) => void;

const REMIND_MS = 60_000;
const DRAIN_MS = 3_000;

/** What PostgreSQL says of a DATABASE_URL that is wrong, by SQLSTATE, and what an operator can do about it. */
const REFUSALS: Partial<Record<string, string>> = {
  '28P01': 'correct the user and the password in DATABASE_URL',
  '28000': 'correct the user in DATABASE_URL, or let PostgreSQL admit it (pg_hba.conf)',
  '3D000': 'create the database, or correct its name in DATABASE_URL',
};

/** PostgreSQL answers, and admits nobody with this DATABASE_URL; the message says why and what to do. */
export class DatabaseRefusedError extends Error {}

@Injectable()
export class Database implements OnModuleInit {
  private readonly logger = new Logger(Database.name);
  private readonly changes = new StateChangeLog(this.logger);
  private readonly stopping = new AbortController();
  private readonly listeners = new Set<(state: DatabaseState) => void>();
  private readonly prepared: PreparedStatements;
  private readonly timeListeners = new Set<(time: DatabaseTime) => void>();
  private readonly errorListeners = new Set<(error: DatabaseError) => void>();
  private settle: { resolve: () => void; reject: (error: unknown) => void };
  private current: DatabaseState = 'starting';
  private running: Promise<void> | null = null;
  private closing: Promise<void> | null = null;
  private embedded: EmbeddedPostgres | null = null;
  private pool: FairPool | null = null;
  private worked: WorkListener = () => undefined;
  private transactions: Transactions | null = null;
  private watch: ConnectionWatch | null = null;
  private complainedAt = -Infinity;
  private connectFailure: unknown;

  /**
   * Resolves when connected and migrated, however long PostgreSQL takes to appear. Rejects when that cannot come: the
   * embedded PostgreSQL cannot run here, a migration is wrong, or the database was closed before.
   */
  readonly ready = new Promise<void>((resolve, reject) => (this.settle = { resolve, reject }));

  constructor(@Inject(DATABASE_OPTIONS) private readonly options: DatabaseOptions) {
    this.ready.catch(() => undefined);
    this.prepared = new PreparedStatements(options.prepared ?? 'auto');
  }

  onModuleInit(): void {
    void this.open();
  }

  /** Begins to connect; a second call changes nothing. Answers `ready`. */
  open(): Promise<void> {
    this.running ??= this.run();
    return this.ready;
  }

  /**
   * For work of a start: runs it once the database is ready, and not at all where the database is closed before. `failed`
   * gets what it throws, unless that is because the database is being closed.
   */
  whenReady(work: () => Promise<unknown>, failed: (error: unknown) => void): void {
    const run = (): Promise<unknown> =>
      work().catch((error: unknown) => {
        if (!this.closing) failed(error);
      });
    this.ready.then(run, () => undefined);
  }

  get state(): DatabaseState {
    return this.current;
  }

  /** Why it cannot be reached; undefined while it can. */
  get failure(): unknown {
    return this.connectFailure;
  }

  onStateChange(listener: (state: DatabaseState) => void): void {
    this.listeners.add(listener);
  }

  /** Called with each error that PostgreSQL answers a statement of the pool with. */
  onError(listener: (error: DatabaseError) => void): void {
    this.errorListeners.add(listener);
  }

  /** Called with each reading of the database's clock: for the first time before `ready`, then every few seconds. */
  onTime(listener: (time: DatabaseTime) => void): void {
    this.timeListeners.add(listener);
  }

  /** There is one listener; a second takes the place of the first. */
  onWork(listener: WorkListener): void {
    this.worked = listener;
  }

  /** As of now. */
  get pooled(): PoolFigures {
    return this.pool?.figures ?? { used: 0, idle: 0, waiting: 0, stuck: [] };
  }

  /** Queries of the transaction around the caller, or of the pool outside of one. @throws AppError UNAVAILABLE before `ready`. */
  get db(): Queries {
    return this.usable().queries;
  }

  /**
   * Runs the work in a transaction, or joins the one around it. Everything the work awaits finds that transaction through
   * `db`; its queries run one after the other. It is committed when the outermost work is done, and rolled back when any
   * work in it has failed, even if somebody caught the error. Errors of the work pass unchanged.
   * @throws AppError UNAVAILABLE or TIMEOUT when it cannot begin, or when it is not known whether it was committed.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.usable().run(work);
  }

  /**
   * Calls back after the commit of the outermost transaction, in order, never after a rollback; at once outside of one.
   * Nobody waits for what is asynchronous in it. Its errors are logged and reach nobody.
   */
  afterCommit(callback: CommitCallback): void {
    this.usable().afterCommit(callback);
  }

  /** Round trip in milliseconds. @throws AppError UNAVAILABLE when the database does not answer. */
  async ping(): Promise<number> {
    if (!this.watch) throw unavailable('The server is starting');
    return this.watch.ping().catch((error: unknown) => {
      throw wayError(error) ?? error;
    });
  }

  /**
   * Waits some seconds for queries under way, then stops the embedded PostgreSQL. To be called last, when nobody needs
   * the database any more; a second call waits for the first.
   */
  close(): Promise<void> {
    return (this.closing ??= this.closeOnce());
  }

  private usable(): Transactions {
    if (!this.transactions || this.current === 'starting') throw unavailable('The server is starting');
    return this.transactions;
  }

  private async run(): Promise<void> {
    try {
      const url = this.options.url ?? (await this.startEmbedded());
      // Closed while PostgreSQL was starting.
      if (this.stopping.signal.aborted) return await this.embedded?.stop();
      const isNamed = (session: SessionKind): boolean => this.prepared.isOn(session);
      this.pool = createPool(
        url,
        this.options.poolSize,
        isNamed,
        (ms) => this.worked('wait', ms),
        (error) => {
          for (const listener of this.errorListeners) listener(error);
        },
      );
      this.transactions = new Transactions(
        this.pool,
        (error) => this.logger.error({ message: 'work after a commit failed', error }),
        (ms) => this.worked('commit', ms),
      );
      assertStatements(this.transactions.queries);
      this.watch = new ConnectionWatch(url, {
        beforeConnecting: async () => this.embedded?.revive(),
        connected: (session) => this.connected(url, session),
        failed: (error) => this.failed(error, url),
        timed: (time) => {
          for (const listener of this.timeListeners) listener(time);
        },
      });
      await this.watch.run(this.stopping.signal);
    } catch (error) {
      this.settle.reject(error);
    }
  }

  private async startEmbedded(): Promise<string> {
    const log = (message: string): void => this.logger.log({ message });
    this.embedded = await EmbeddedPostgres.start({ dataDir: this.options.dataDir, log });
    return this.embedded.url;
  }

  private async connected(url: string, session: SessionKind): Promise<void> {
    await this.prepared.detect(url, session);
    if (this.current === 'starting') {
      await this.migrate(url);
      // Commands use the connections of the pool: until one has answered, the node cannot serve any.
      await this.pool?.query('select 1');
    }
    this.complainedAt = -Infinity;
    this.connectFailure = undefined;
    const way = session === 'direct' ? 'directly' : 'through a pooler; settings go with each transaction';
    this.changes.record('log', {
      message: `connected to ${addressOf(url)} ${way}, ${this.prepared.describe(session)}`,
    });
    this.become('ready');
    this.settle.resolve();
  }

  // A migration that is wrong stays wrong: only a database that went away in the middle is worth another try.
  private async migrate(url: string): Promise<void> {
    try {
      await migrateDatabase(url, this.options.migrationsFolder, (message) => this.logger.warn({ message }));
    } catch (error) {
      if (!wayError(error)) {
        this.settle.reject(new MigrationError(`The database cannot be migrated: ${reasonOf(error)}`, { cause: error }));
        this.stopping.abort();
      }
      throw error;
    }
  }

  private failed(error: unknown, url: string): void {
    this.connectFailure = error;
    if (this.current === 'starting') this.refuse(error, url);
    if (this.stopping.signal.aborted) return;
    if (this.current === 'ready') this.become('lost');
    this.prepared.forgetDetection();
    const now = performance.now();
    if (now - this.complainedAt < REMIND_MS) return;
    this.complainedAt = now;
    this.changes.record('warn', {
      message: `cannot be reached at ${addressOf(url)}: ${reasonOf(error)}; trying again`,
    });
  }

  /** A wrong password or name does not become right by waiting. Once it was right, it is waited for. */
  private refuse(error: unknown, url: string): void {
    const advice = REFUSALS[(error as { code?: string }).code ?? ''];
    if (advice === undefined) return;
    const message = `PostgreSQL at ${addressOf(url)} refuses the connection: ${reasonOf(error)}; ${advice}`;
    this.settle.reject(new DatabaseRefusedError(message, { cause: error }));
    this.stopping.abort();
  }

  private become(state: DatabaseState): void {
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }

  private async closeOnce(): Promise<void> {
    this.stopping.abort();
    this.settle.reject(unavailable('The server is shutting down'));
    await atMost(DRAIN_MS, Promise.all([this.running, this.pool?.end()]));
    // A PostgreSQL of our own that is still starting would be left behind.
    if (this.options.url === undefined && !this.embedded) await this.running;
    await this.embedded?.stop();
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  try {
    await Promise.race([work, delay(ms, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

/** In one line. Several addresses of one host fail with an error that has a code and no words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const innermost = error.cause instanceof Error ? error.cause : error;
  return innermost.message || (innermost as NodeJS.ErrnoException).code || innermost.name;
}
