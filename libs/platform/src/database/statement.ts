/** Statements of the hot path: their text is made once, and every connection to PostgreSQL parses and plans them once. */
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Queries } from './transactions';

/** Runs it, in the transaction around the caller where there is one. Times come as texts, numbers of eight bytes too. */
export type Statement<Values extends Record<string, unknown>, Row> = (
  db: Queries,
  values: Values & Record<string, unknown>,
) => Promise<Row[]>;

const dialect = new PgDialect();

/** @throws where this version of drizzle-orm lacks what statements are built on: each of them would fail. */
export function assertStatements(db: Pick<Queries, '_'>): void {
  const session = Reflect.get((db as { _?: object })._ ?? {}, 'session') as object | undefined;
  if (typeof Reflect.get(session ?? {}, 'prepareQuery') !== 'function')
    throw new Error('Statements need drizzle-orm 0.45; this version lacks PgDatabase._.session.prepareQuery');
}

/** `name` tells it apart on a connection; `query` names its values by `sql.placeholder`. */
export function statement<Values extends Record<string, unknown>, Row>(
  name: string,
  query: SQL,
): Statement<Values, Row> {
  const built = dialect.sqlToQuery(query);
  return async (db, values) => {
    const prepared = db._.session.prepareQuery(built, undefined, name, false);
    const { rows } = (await prepared.execute(values)) as { rows: Row[] };
    return rows;
  };
}
