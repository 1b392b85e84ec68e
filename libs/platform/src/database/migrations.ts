/** Brings the schema up to date, one node at a time. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { CONNECTION } from './pool';

/** Tells this lock from all other advisory locks of the database. */
const LOCK_KEY = 0x41_65_74_75;

/**
 * Applies what is missing, in one transaction, on a connection of its own. Nodes that start together wait for the
 * first, and then find nothing left to do.
 */
export async function migrateDatabase(url: string, migrationsFolder: string): Promise<void> {
  const client = new Client({ ...CONNECTION, connectionString: url });
  // What breaks the connection is told to the query that waits on it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}
