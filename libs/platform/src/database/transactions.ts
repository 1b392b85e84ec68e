/** Transactions that queries join through AsyncLocalStorage, and callbacks that run after their commit. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient } from 'pg';
import { isQueryTimeout, retryableDriverError } from './database-error';

/** drizzle without its own `transaction`: `Database.transaction` opens transactions, because nested calls can join those. */
export type Queries = Omit<NodePgDatabase, 'transaction'>;

export type CommitCallback = () => unknown;

interface TransactionScope {
  queries: Queries;
  callbacks: CommitCallback[];
  isOpen: boolean;
  /** Error of a nested transaction that joined this one. */
  failure?: { error: unknown };
}

export class Transactions {
  private readonly scopes = new AsyncLocalStorage<TransactionScope>();
  private readonly poolQueries: Queries;
  /** One per connection, so that its next transaction reuses its prepared queries. */
  private readonly queriesByClient = new WeakMap<PoolClient, Queries>();

  constructor(
    private readonly pool: Pool,
    private readonly onCallbackError: (error: unknown) => void,
    private readonly onCommit: (ms: number) => void,
  ) {
    this.poolQueries = drizzle(pool);
  }

  get queries(): Queries {
    return this.currentScope?.queries ?? this.poolQueries;
  }

  afterCommit(callback: CommitCallback): void {
    if (this.currentScope) this.currentScope.callbacks.push(callback);
    else this.runCallback(callback);
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.currentScope;
    return outer ? joinTransaction(outer, work) : this.begin(work);
  }

  // Work that continues after the end of its transaction is outside of it: the connection serves other work by then.
  private get currentScope(): TransactionScope | undefined {
    const scope = this.scopes.getStore();
    return scope?.isOpen ? scope : undefined;
  }

  private async begin<T>(work: () => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch(rethrowTranslated);
    const scope: TransactionScope = { queries: this.queriesOf(client), callbacks: [], isOpen: true };
    let isBroken = false;
    let result: T;
    try {
      await client.query('begin').catch(rethrowTranslated);
      result = await this.scopes.run(scope, work);
      scope.isOpen = false;
      if (scope.failure) throw scope.failure.error;
      const commitStartedAt = performance.now();
      await commit(client);
      this.onCommit(performance.now() - commitStartedAt);
    } catch (error) {
      scope.isOpen = false;
      isBroken = isQueryTimeout(error) || !(await tryRollback(client));
      throw error;
    } finally {
      client.release(isBroken);
    }
    for (const callback of scope.callbacks) this.runCallback(callback);
    return result;
  }

  private queriesOf(client: PoolClient): Queries {
    let queries = this.queriesByClient.get(client);
    if (!queries) this.queriesByClient.set(client, (queries = drizzle(client)));
    return queries;
  }

  private runCallback(callback: CommitCallback): void {
    try {
      Promise.resolve(callback()).catch(this.onCallbackError);
    } catch (error) {
      this.onCallbackError(error);
    }
  }
}

async function joinTransaction<T>(outer: TransactionScope, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    outer.failure ??= { error };
    throw error;
  }
}

/** After a failed statement PostgreSQL answers `commit` with a rollback, and without an error. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit').catch(rethrowTranslated);
  if (command !== 'COMMIT')
    throw new Error(
      'A statement failed inside a transaction and its error was ignored, so the transaction was rolled back',
    );
}

function tryRollback(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  );
}

function rethrowTranslated(error: unknown): never {
  throw retryableDriverError(error) ?? error;
}
