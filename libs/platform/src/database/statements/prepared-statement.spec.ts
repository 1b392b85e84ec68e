/** assertPrepareQuery: refuses an unsupported version of drizzle-orm at boot, before the first statement fails. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
import { assertPrepareQuery } from './prepared-statement';

it('accepts the installed version of drizzle-orm', async () => {
  const pool = new Pool();
  expect(() => assertPrepareQuery(drizzle(pool) as never)).not.toThrow();
  await pool.end();
});

it.each([{}, { _: {} }, { _: { session: {} } }])('refuses a version whose database object is %j', (db) => {
  expect(() => assertPrepareQuery(db as never)).toThrow('drizzle-orm');
});
