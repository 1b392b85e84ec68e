/** Migrates the schema, one node at a time. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { buildIndexes } from './concurrent-indexes';
import { openUnlimitedClient, withMigrationLock } from './migration-lock';

/** The journal file that drizzle-kit writes beside the migrations. */
interface MigrationJournal {
  readonly entries: readonly { readonly when: number }[];
}

/** The schema cannot be migrated, and a retry would fail too. */
export class MigrationError extends Error {}

/**
 * Applies the missing migrations in one transaction on a separate connection, and then builds the missing indexes. Of nodes
 * that start together, the first migrates and the others wait for it.
 *
 * @param onWaiting is called with a description of the migrating node if the wait takes longer than 5 s.
 * @throws if a newer release has migrated the database.
 */
export async function migrateDatabase(
  url: string,
  migrationsFolder: string,
  onWaiting: (message: string) => void = () => undefined,
): Promise<void> {
  await withMigrationLock(url, onWaiting, async (lost) => {
    const client = await openUnlimitedClient(url);
    // Another node may hold the lock now. PostgreSQL rolls back a migration whose connection breaks.
    lost.addEventListener('abort', () => client.connection.stream.destroy());
    try {
      lost.throwIfAborted();
      await assertNotNewer(client, migrationsFolder);
      await migrate(drizzle(client), { migrationsFolder });
      await buildIndexes(client, migrationsFolder);
    } finally {
      await client.end();
    }
  });
}

/** An older release would write wrong rows into tables that a newer release has changed. */
async function assertNotNewer(client: Client, migrationsFolder: string): Promise<void> {
  const { rows: found } = await client.query<{ has: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as has`,
  );
  if (!found[0]?.has) return;
  const { rows } = await client.query<{ last: string | null }>(
    'select max(created_at) as last from drizzle.__drizzle_migrations',
  );
  const { entries } = JSON.parse(
    readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8'),
  ) as MigrationJournal;
  const last = Number(rows[0]?.last ?? 0);
  if (last <= Math.max(0, ...entries.map(({ when }) => when))) return;
  throw new Error(
    `a newer release has changed it on ${new Date(last).toISOString().slice(0, 10)}: start that release or a later one`,
  );
}
