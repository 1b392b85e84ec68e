/** Queries of the hot path: the query builder puts one together once for each connection, not each time it is run. */
import { type Placeholder, sql } from 'drizzle-orm';
import type { Queries } from './transactions';

/** What stands for the values where a query is built before they are known. */
export type Placeholders<Values> = { readonly [Name in keyof Values]: Placeholder<string, Values[Name]> };

/** Runs the query, in the transaction around the caller where there is one: `db` is `Database.db`. */
export type Prepared<Values, Result> = (db: Queries, values: Values & Record<string, unknown>) => Promise<Result>;

interface Query<Result> {
  prepare(name: string): Runnable<Result>;
}

interface Runnable<Result> {
  execute(values: Record<string, unknown>): Promise<Result>;
}

/** PostgreSQL keeps nothing of it between two runs: each may come over another connection, as behind a PgBouncer. */
const UNNAMED = '';

/** What is built is bound to the connection, or the pool, that `db` stands for, and lives as long. */
export function prepared<Values, Result>(
  build: (db: Queries, values: Placeholders<Values>) => Query<Result>,
): Prepared<Values, Result> {
  const bound = new WeakMap<Queries, Runnable<Result>>();
  return (db, values) => {
    let query = bound.get(db);
    if (!query) bound.set(db, (query = build(db, placeholders<Values>()).prepare(UNNAMED)));
    return query.execute(values);
  };
}

/** One for each name that is asked for. */
const placeholders = <Values>(): Placeholders<Values> =>
  new Proxy({} as Placeholders<Values>, { get: (_, name) => sql.placeholder(String(name)) });
