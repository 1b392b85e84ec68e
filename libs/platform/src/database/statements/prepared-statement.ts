/** Statements of the hot path: their text is built once, and every connection to PostgreSQL parses and plans them once. */
import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Queries } from '../transactions';

/** Executes the statement, in the caller's transaction if there is one. Timestamps and bigint columns are returned as text. */
type PreparedStatement<Values extends Record<string, unknown>, Row> = (
  db: Queries,
  values: Values & Record<string, unknown>,
) => Promise<Row[]>;

const dialect = new PgDialect();

/** @throws if this version of drizzle-orm lacks `prepareQuery`: every statement would fail. */
export function assertPrepareQuery(db: Pick<Queries, '_'>): void {
  const session = Reflect.get((db as { _?: object })._ ?? {}, 'session') as object | undefined;
  if (typeof Reflect.get(session ?? {}, 'prepareQuery') !== 'function')
    throw new Error('Statements need drizzle-orm 0.45; the installed version lacks PgDatabase._.session.prepareQuery');
}

/** Refers to a value of a prepared statement, as a value of this PostgreSQL type. */
export const placeholder = (name: string, type: string): SQL => sql`${sql.placeholder(name)}::${sql.raw(type)}`;

/**
 * For handwritten SQL, whose plan each connection keeps under the name; `cachedQuery` keeps what the query builder has built.
 * @param name is unique per connection. @param query refers to its values with `placeholder`.
 */
export function preparedStatement<Values extends Record<string, unknown>, Row>(
  name: string,
  query: SQL,
): PreparedStatement<Values, Row> {
  const built = dialect.sqlToQuery(query);
  return async (db, values) => {
    const prepared = db._.session.prepareQuery(built, undefined, name, false);
    const { rows } = (await prepared.execute(values)) as { rows: Row[] };
    return rows;
  };
}
