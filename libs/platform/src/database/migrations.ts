/** Brings the schema up to date, one node at a time. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { buildIndexes } from './concurrent-indexes';
import { CONNECTION } from './pool';
import { setUpSession } from './session-settings';

/** Tells this lock from all other advisory locks of the database. */
const LOCK_KEY = 0x41_65_74_75;
const LOOK_AGAIN_MS = 50;

/** The schema cannot be brought up to date; trying again does not help. */
export class MigrationError extends Error {}

/**
 * Applies what is missing, in one transaction, on a connection of its own, and then builds the indexes that are missing. Nodes that start together wait for the
 * first, and then find nothing left to do.
 */
export async function migrateDatabase(url: string, migrationsFolder: string): Promise<void> {
  const client = new Client({ ...CONNECTION, connectionString: url });
  // What breaks the connection is told to the query that waits on it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // A migration and an index may take their time.
    await setUpSession(client, { statement: 0, idleInTransaction: 0 });
    await lock(client);
    await migrate(drizzle(client), { migrationsFolder });
    await buildIndexes(client, migrationsFolder);
  } finally {
    await client.end();
  }
}

/** Asked for again and again: building an index waits for all statements under way, one that waits for this lock among them. */
async function lock(client: Client): Promise<void> {
  const isLocked = async (): Promise<boolean> => {
    const query = 'select pg_try_advisory_lock($1) as locked';
    return (await client.query<{ locked: boolean }>(query, [LOCK_KEY])).rows[0]?.locked === true;
  };
  while (!(await isLocked())) await delay(LOOK_AGAIN_MS);
}
