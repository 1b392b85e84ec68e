/** Advisory locks that last until the transaction ends. */
import { sql } from 'drizzle-orm';
import type { Database } from './database';

/** Locks `${kind}:${id}` for each of these UUIDs, in the order of their keys, so that two transactions cannot deadlock. */
export async function lockInOrder({ db }: Database, kind: string, ids: readonly string[]): Promise<void> {
  await db.execute(sql`
    with locked as materialized (
      select pg_advisory_xact_lock(key) from (
        select distinct hashtextextended(${`${kind}:`}::text || id, 0) as key
        from unnest(${sql.param([...ids])}::uuid[]) as given (id) order by key
      ) as keys
    )
    select count(*) from locked`);
}
