/** Opens the `Database` of each node of a test, all on one private and migrated database. */
import { Database } from '@aeturnis/platform';
import { createMigratedDatabase } from './postgres';

export interface OpenDatabases {
  /** For a separate client. */
  readonly url: string;
  /** That of the first node. */
  readonly database: Database;
  readonly databases: readonly Database[];
  /** Closes all of them, and drops the database. */
  close(): Promise<void>;
}

export async function openDatabases(nodes = 1, poolSize = 5): Promise<OpenDatabases> {
  const { url, drop } = await createMigratedDatabase();
  const create = () => new Database({ url, dataDir: '', poolSize, migrationsFolder: 'apps/server/migrations' });
  const database = create();
  const databases = [database, ...Array.from({ length: nodes - 1 }, create)];
  await Promise.all(databases.map((each) => each.open()));
  return {
    url,
    database,
    databases,
    close: async () => {
      await Promise.all(databases.map((each) => each.close()));
      await drop();
    },
  };
}
