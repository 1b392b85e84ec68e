/** Transactions that everything inside them finds by itself, and work that waits for their commit. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient } from 'pg';
import { isSilence, wayError } from './database-error';

/** Queries. Transactions are opened by `Database.transaction`, which others can join. */
export type Queries = Omit<NodePgDatabase, 'transaction'>;

export type CommitCallback = () => unknown;

interface Scope {
  queries: Queries;
  callbacks: CommitCallback[];
  open: boolean;
  /** Of a transaction that joined this one. */
  failure?: { error: unknown };
}

export class Transactions {
  private readonly scopes = new AsyncLocalStorage<Scope>();
  private readonly pooled: Queries;
  /** Kept with their connections: what has been prepared for one is found again by its next transaction. */
  private readonly connected = new WeakMap<PoolClient, Queries>();

  constructor(
    private readonly pool: Pool,
    private readonly onCallbackError: (error: unknown) => void,
    private readonly committed: (ms: number) => void,
  ) {
    this.pooled = drizzle(pool);
  }

  get queries(): Queries {
    return this.current?.queries ?? this.pooled;
  }

  afterCommit(callback: CommitCallback): void {
    if (this.current) this.current.callbacks.push(callback);
    else this.call(callback);
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.current;
    return outer ? join(outer, work) : this.begin(work);
  }

  // What was started inside and is still going on after the end is outside: the connection serves others by then.
  private get current(): Scope | undefined {
    const scope = this.scopes.getStore();
    return scope?.open ? scope : undefined;
  }

  private async begin<T>(work: () => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch(translated);
    const scope: Scope = { queries: this.queriesOf(client), callbacks: [], open: true };
    let broken = false;
    let result: T;
    try {
      await client.query('begin').catch(translated);
      result = await this.scopes.run(scope, work);
      scope.open = false;
      if (scope.failure) throw scope.failure.error;
      const since = performance.now();
      await commit(client);
      this.committed(performance.now() - since);
    } catch (error) {
      scope.open = false;
      broken = isSilence(error) || !(await rolledBack(client));
      throw error;
    } finally {
      client.release(broken);
    }
    for (const callback of scope.callbacks) this.call(callback);
    return result;
  }

  private queriesOf(client: PoolClient): Queries {
    let queries = this.connected.get(client);
    if (!queries) this.connected.set(client, (queries = drizzle(client)));
    return queries;
  }

  private call(callback: CommitCallback): void {
    try {
      Promise.resolve(callback()).catch(this.onCallbackError);
    } catch (error) {
      this.onCallbackError(error);
    }
  }
}

async function join<T>(outer: Scope, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    outer.failure ??= { error };
    throw error;
  }
}

/** PostgreSQL answers a commit after a failed statement with a rollback, and calls it a success. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit').catch(translated);
  if (command !== 'COMMIT') throw new Error('A statement failed inside a transaction and its error was ignored');
}

function rolledBack(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  );
}

function translated(error: unknown): never {
  throw wayError(error) ?? error;
}
