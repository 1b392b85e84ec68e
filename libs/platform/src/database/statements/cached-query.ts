/** Queries of the hot path: the query builder builds them once per connection, not for every execution. */
import { type Placeholder, sql } from 'drizzle-orm';
import type { Queries } from '../transactions';

/** Placeholders for the values, which are not known when the query is built. */
export type Placeholders<Values> = { readonly [Name in keyof Values]: Placeholder<string, Values[Name]> };

/** Executes the query, in the caller's transaction if there is one. @param db `Database.db`. */
type CachedQuery<Values, Result> = (db: Queries, values: Values & Record<string, unknown>) => Promise<Result>;

interface PreparableQuery<Result> {
  prepare(name: string): ExecutableQuery<Result>;
}

interface ExecutableQuery<Result> {
  execute(values: Record<string, unknown>): Promise<Result>;
}

/** Unnamed, so that PostgreSQL keeps no statement: behind a pooler each execution may use another connection. */
const UNNAMED = '';

/**
 * For the query builder, whose rows have the types of the schema and which `preparedStatement` cannot map. The built query
 * belongs to the connection or the pool behind `db`, and is released with it.
 */
export function cachedQuery<Values, Result>(
  build: (db: Queries, values: Placeholders<Values>) => PreparableQuery<Result>,
): CachedQuery<Values, Result> {
  const queryByConnection = new WeakMap<Queries, ExecutableQuery<Result>>();
  return (db, values) => {
    let query = queryByConnection.get(db);
    if (!query) queryByConnection.set(db, (query = build(db, placeholders<Values>()).prepare(UNNAMED)));
    return query.execute(values);
  };
}

/** Creates a placeholder for each property that is read. */
const placeholders = <Values>(): Placeholders<Values> =>
  new Proxy({} as Placeholders<Values>, { get: (_, name) => sql.placeholder(String(name)) });
