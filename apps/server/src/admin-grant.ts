/** `npm run admin:grant`: finds the database the server uses, beside a running server or without one. */
import { join } from 'node:path';
import { Database, EmbeddedPostgres, type Environment, loadConfig } from '@aeturnis/platform';
import { grantAdmin } from './accounts';

/**
 * Starts the embedded PostgreSQL for as long as it takes where no server has it running; it is stopped on abort too.
 * @returns what happened, in a sentence.
 */
export async function adminGrant(name: string, environment?: Environment, abort?: AbortSignal): Promise<string> {
  const { databaseUrl, dataDir } = loadConfig(environment);
  const database = new Database({
    url: databaseUrl ?? (await EmbeddedPostgres.running(dataDir)) ?? undefined,
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
