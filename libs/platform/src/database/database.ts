/** The database of this node: connects in the background, migrates, and provides queries and transactions. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { DatabaseError } from 'pg';
import { StateChangeLog } from '../logging/state-change-log';
import { ConnectionMonitor, type DatabaseClockReading } from './connections/connection-monitor';
import { unavailableError, retryableDriverError } from './database-error';
import { DATABASE_OPTIONS, type DatabaseOptions } from './database-options';
import { EmbeddedPostgres } from './embedded/embedded-postgres';
import type { FairPool, PoolStats } from './connections/fair-pool';
import { migrateDatabase, MigrationError } from './migrations/migrations';
import { addressOf, createPool } from './connections/pool';
import { PreparedStatementSupport } from './statements/prepared-statement-support';
import type { SessionKind } from './connections/session-settings';
import { assertPrepareQuery } from './statements/prepared-statement';
import { type CommitCallback, type Queries, Transactions } from './transactions';

/** `lost`: was ready, cannot be reached now, and is reconnected. */
export type DatabaseState = 'starting' | 'ready' | 'lost';

/** Called with the duration of each wait for a connection and of each commit. */
type WorkListener = (kind: 'wait' | 'commit', ms: number) => void;

const FAILURE_LOG_INTERVAL_MS = 60_000;
const DRAIN_MS = 3_000;

/** By SQLSTATE: what an operator can do if PostgreSQL refuses DATABASE_URL. */
const REFUSALS: Partial<Record<string, string>> = {
  '28P01': 'correct the user and the password in DATABASE_URL',
  '28000': 'correct the user in DATABASE_URL, or let PostgreSQL admit it (pg_hba.conf)',
  '3D000': 'create the database, or correct its name in DATABASE_URL',
};

/** PostgreSQL answers but refuses this DATABASE_URL. The message says why and what to do. */
export class DatabaseRefusedError extends Error {}

@Injectable()
export class Database implements OnModuleInit {
  private readonly logger = new Logger(Database.name);
  private readonly changes = new StateChangeLog(this.logger);
  private readonly stopping = new AbortController();
  private readonly stateListeners = new Set<(state: DatabaseState) => void>();
  private readonly preparedStatements: PreparedStatementSupport;
  private readonly timeListeners = new Set<(time: DatabaseClockReading) => void>();
  private readonly errorListeners = new Set<(error: DatabaseError) => void>();
  private readiness: { resolve: () => void; reject: (error: unknown) => void };
  private currentState: DatabaseState = 'starting';
  private running: Promise<void> | null = null;
  private closing: Promise<void> | null = null;
  private embedded: EmbeddedPostgres | null = null;
  private pool: FairPool | null = null;
  private workListener: WorkListener = () => undefined;
  private transactions: Transactions | null = null;
  private monitor: ConnectionMonitor | null = null;
  private failureLoggedAt = -Infinity;
  private connectFailure: unknown;

  /**
   * Resolves when the database is connected and migrated, regardless of how long PostgreSQL takes to become available.
   * Rejects if the embedded PostgreSQL cannot run, PostgreSQL refuses the URL, a migration fails, or `close` comes first.
   */
  readonly ready = new Promise<void>((resolve, reject) => (this.readiness = { resolve, reject }));

  constructor(@Inject(DATABASE_OPTIONS) private readonly options: DatabaseOptions) {
    this.ready.catch(() => undefined);
    this.preparedStatements = new PreparedStatementSupport(options.prepared ?? 'auto');
  }

  onModuleInit(): void {
    void this.open();
  }

  /** Starts to connect, once. @returns `ready`. */
  open(): Promise<void> {
    this.running ??= this.run();
    return this.ready;
  }

  /** Runs startup work once the database is ready. @param onError gets its error, unless the database is being closed. */
  runWhenReady(work: () => Promise<unknown>, onError: (error: unknown) => void): void {
    const run = (): Promise<unknown> =>
      work().catch((error: unknown) => {
        if (!this.closing) onError(error);
      });
    this.ready.then(run, () => undefined);
  }

  get state(): DatabaseState {
    return this.currentState;
  }

  /** The error of the last failed connection; undefined while the database answers. */
  get failure(): unknown {
    return this.connectFailure;
  }

  onStateChange(listener: (state: DatabaseState) => void): void {
    this.stateListeners.add(listener);
  }

  /** Called with each error reply of PostgreSQL to a statement of the pool. */
  onError(listener: (error: DatabaseError) => void): void {
    this.errorListeners.add(listener);
  }

  /** Called with each reading of the database's clock: for the first time before `ready`, then every few seconds. */
  onTime(listener: (time: DatabaseClockReading) => void): void {
    this.timeListeners.add(listener);
  }

  /** Sets the only listener; a second call replaces it. */
  onWork(listener: WorkListener): void {
    this.workListener = listener;
  }

  get poolStats(): PoolStats {
    return this.pool?.stats ?? { used: 0, idle: 0, waiting: 0, stuckKinds: [] };
  }

  /** Queries in the caller's transaction, or on the pool outside of one. @throws AppError UNAVAILABLE before `ready`. */
  get db(): Queries {
    return this.requireTransactions().queries;
  }

  /**
   * Runs the work in a transaction, or joins the transaction of the caller. Everything that the work awaits uses that
   * transaction through `db`; its queries run one after the other. It is committed when the outermost work ends, and rolled
   * back if any work in it failed, even if the error was caught. Errors of the work are rethrown unchanged.
   * @throws AppError UNAVAILABLE or TIMEOUT if it cannot begin, or if it is unknown whether it was committed.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.requireTransactions().run(work);
  }

  /**
   * Calls back after the commit of the outermost transaction, in order of registration, and never after a rollback. Outside
   * of a transaction it calls back at once. A returned promise is not awaited. Errors are logged and not rethrown.
   */
  afterCommit(callback: CommitCallback): void {
    this.requireTransactions().afterCommit(callback);
  }

  /** Round trip in milliseconds. @throws AppError UNAVAILABLE if the database does not answer. */
  async ping(): Promise<number> {
    if (!this.monitor) throw unavailableError('The server is starting');
    return this.monitor.ping().catch((error: unknown) => {
      throw retryableDriverError(error) ?? error;
    });
  }

  /**
   * Waits up to 3 s for running queries, then stops the embedded PostgreSQL. Call it last in the shutdown. A second call
   * waits for the first.
   */
  close(): Promise<void> {
    return (this.closing ??= this.closeOnce());
  }

  private requireTransactions(): Transactions {
    if (!this.transactions || this.currentState === 'starting') throw unavailableError('The server is starting');
    return this.transactions;
  }

  private async run(): Promise<void> {
    try {
      const url = this.options.url ?? (await this.startEmbedded());
      // `close` was called while PostgreSQL was starting.
      if (this.stopping.signal.aborted) return await this.embedded?.stop();
      const isNamed = (session: SessionKind): boolean => this.preparedStatements.isEnabled(session);
      this.pool = createPool(
        url,
        this.options.poolSize,
        isNamed,
        (ms) => this.workListener('wait', ms),
        (error) => {
          for (const listener of this.errorListeners) listener(error);
        },
      );
      this.transactions = new Transactions(
        this.pool,
        (error) => this.logger.error({ message: 'callback after a commit failed; the commit stands', error }),
        (ms) => this.workListener('commit', ms),
      );
      assertPrepareQuery(this.transactions.queries);
      this.monitor = new ConnectionMonitor(url, {
        beforeConnecting: async () => this.embedded?.restartIfStopped(),
        onConnected: (session) => this.onConnected(url, session),
        onFailed: (error) => this.onConnectionFailed(error, url),
        onClockReading: (time) => {
          for (const listener of this.timeListeners) listener(time);
        },
      });
      await this.monitor.run(this.stopping.signal);
    } catch (error) {
      this.readiness.reject(error);
    }
  }

  private async startEmbedded(): Promise<string> {
    const log = (message: string): void => this.logger.log({ message });
    this.embedded = await EmbeddedPostgres.start({ dataDir: this.options.dataDir, log });
    return this.embedded.url;
  }

  private async onConnected(url: string, session: SessionKind): Promise<void> {
    await this.preparedStatements.detect(url, session);
    if (this.currentState === 'starting') {
      await this.migrate(url);
      // Commands use the connections of the pool: until one of them has answered, the node can serve no command.
      await this.pool?.query('select 1');
    }
    this.failureLoggedAt = -Infinity;
    this.connectFailure = undefined;
    const connectionKind = session === 'direct' ? 'directly' : 'through a pooler; settings go with each transaction';
    this.changes.record('log', {
      message: `connected to PostgreSQL at ${addressOf(url)} ${connectionKind}, ${this.preparedStatements.describe(session)}`,
    });
    this.setState('ready');
    this.readiness.resolve();
  }

  // Only a lost connection is retried: a failed migration would fail again.
  private async migrate(url: string): Promise<void> {
    try {
      await migrateDatabase(url, this.options.migrationsFolder, (message) => this.logger.warn({ message }));
    } catch (error) {
      if (!retryableDriverError(error)) {
        this.readiness.reject(
          new MigrationError(`The database cannot be migrated: ${describeError(error)}`, { cause: error }),
        );
        this.stopping.abort();
      }
      throw error;
    }
  }

  private onConnectionFailed(error: unknown, url: string): void {
    this.connectFailure = error;
    if (this.currentState === 'starting') this.rejectIfRefused(error, url);
    if (this.stopping.signal.aborted) return;
    if (this.currentState === 'ready') this.setState('lost');
    this.preparedStatements.resetDetection();
    const now = performance.now();
    if (now - this.failureLoggedAt < FAILURE_LOG_INTERVAL_MS) return;
    this.failureLoggedAt = now;
    this.changes.record('warn', {
      message: `PostgreSQL cannot be reached at ${addressOf(url)}: ${describeError(error)}; retrying`,
    });
  }

  /** A wrong user, password or database name ends the start, because a retry would fail too. Called before `ready` only. */
  private rejectIfRefused(error: unknown, url: string): void {
    const advice = REFUSALS[(error as { code?: string }).code ?? ''];
    if (advice === undefined) return;
    const message = `PostgreSQL at ${addressOf(url)} refuses the connection: ${describeError(error)}; ${advice}`;
    this.readiness.reject(new DatabaseRefusedError(message, { cause: error }));
    this.stopping.abort();
  }

  private setState(state: DatabaseState): void {
    this.currentState = state;
    for (const listener of this.stateListeners) listener(state);
  }

  private async closeOnce(): Promise<void> {
    this.stopping.abort();
    this.readiness.reject(unavailableError('The server is shutting down'));
    await waitAtMost(DRAIN_MS, Promise.all([this.running, this.pool?.end()]));
    // Waits for an embedded PostgreSQL that is still starting: it would outlive this process.
    if (this.options.url === undefined && !this.embedded) await this.running;
    await this.embedded?.stop();
  }
}

async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  try {
    await Promise.race([work, delay(ms, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

/** Describes an error in one line. An AggregateError of several failed addresses has a code but no message. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const innermost = error.cause instanceof Error ? error.cause : error;
  return innermost.message || (innermost as NodeJS.ErrnoException).code || innermost.name;
}
