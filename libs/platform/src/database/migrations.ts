/** Brings the schema up to date, one node at a time. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { buildIndexes } from './concurrent-indexes';
import { openUnlimitedClient, withMigrationLock } from './migration-lock';

/** What drizzle-kit writes beside the migrations. */
interface Journal {
  readonly entries: readonly { readonly when: number }[];
}

/** The schema cannot be brought up to date; trying again does not help. */
export class MigrationError extends Error {}

/**
 * Applies what is missing, in one transaction, on a connection of its own, and then builds the indexes that are missing.
 * Nodes that start together wait for the first, and then find nothing left to do.
 *
 * @param tell is told who is waited for, where that takes its time.
 * @throws where a newer release has changed the database.
 */
export async function migrateDatabase(
  url: string,
  migrationsFolder: string,
  tell: (message: string) => void = () => undefined,
): Promise<void> {
  await withMigrationLock(url, tell, async (lost) => {
    const client = await openUnlimitedClient(url);
    // PostgreSQL rolls back what was not committed: another node may have begun.
    lost.addEventListener('abort', () => client.connection.stream.destroy());
    try {
      lost.throwIfAborted();
      await refuseNewer(client, migrationsFolder);
      await migrate(drizzle(client), { migrationsFolder });
      await buildIndexes(client, migrationsFolder);
    } finally {
      await client.end();
    }
  });
}

/** A release knows the changes up to its own: what later ones have made of the tables it would write wrongly. */
async function refuseNewer(client: Client, migrationsFolder: string): Promise<void> {
  const { rows: known } = await client.query<{ has: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as has`,
  );
  if (!known[0]?.has) return;
  const { rows } = await client.query<{ last: string | null }>(
    'select max(created_at) as last from drizzle.__drizzle_migrations',
  );
  const { entries } = JSON.parse(readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8')) as Journal;
  const last = Number(rows[0]?.last ?? 0);
  if (last <= Math.max(0, ...entries.map(({ when }) => when))) return;
  throw new Error(
    `a newer release has changed it on ${new Date(last).toISOString().slice(0, 10)}: start that release or a later one`,
  );
}
