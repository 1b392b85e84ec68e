/** `npm run admin:grant`: makes a user an administrator in the database of the server, whether the server runs or not. */
import { join } from 'node:path';
import { Database, EmbeddedPostgres, type ProcessEnvironment, loadConfig } from '@aeturnis/platform';
import { grantAdmin } from './accounts';

/**
 * Starts the embedded PostgreSQL temporarily if no server runs it, and stops it at the end or on abort.
 * @returns the outcome in one sentence.
 */
export async function adminGrant(name: string, environment?: ProcessEnvironment, abort?: AbortSignal): Promise<string> {
  const { databaseUrl, dataDir } = loadConfig(environment);
  const database = new Database({
    url: databaseUrl ?? (await EmbeddedPostgres.findRunningUrl(dataDir)) ?? undefined,
    dataDir,
    poolSize: 1,
    migrationsFolder: join(__dirname, '..', 'migrations'),
  });
  abort?.addEventListener('abort', () => void database.close());
  try {
    await database.open();
    return await grantAdmin(database, name);
  } finally {
    await database.close();
  }
}
