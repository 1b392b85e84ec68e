/** A version of drizzle-orm that names its insides otherwise is refused at boot, before the first statement fails. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
import { assertStatements } from './statement';

it('takes the version that is installed', async () => {
  const pool = new Pool();
  expect(() => assertStatements(drizzle(pool) as never)).not.toThrow();
  await pool.end();
});

it.each([{}, { _: {} }, { _: { session: {} } }])('refuses one that has %j', (db) => {
  expect(() => assertStatements(db as never)).toThrow('drizzle-orm');
});
