/** `npm run admin:grant`: makes a user an administrator in the database of the server, whether the server runs or not. */
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Database, EmbeddedPostgres, type ProcessEnvironment, loadConfig } from '@aeturnis/platform';
import { grantAdmin } from './accounts';

const CONNECT_TIMEOUT_MS = 10_000;
const FAILURE_CHECK_MS = 500;

/**
 * Starts the embedded PostgreSQL temporarily if no server runs it, and stops it at the end or on abort.
 * @returns the outcome in one sentence.
 * @throws an Error with advice for the operator if there is no database or it cannot be reached.
 */
export async function adminGrant(name: string, environment?: ProcessEnvironment, abort?: AbortSignal): Promise<string> {
  const { databaseUrl, dataDir } = loadConfig(environment);
  if (databaseUrl === undefined && !(await EmbeddedPostgres.exists(dataDir)))
    throw new Error(
      `There is no database in ${resolve(dataDir)}: set DATA_DIR or DATABASE_URL as for the server, or start the server first`,
    );
  const database = new Database({
    url: databaseUrl ?? (await EmbeddedPostgres.findRunningUrl(dataDir)) ?? undefined,
    dataDir,
    poolSize: 1,
    migrationsFolder: join(__dirname, '..', 'migrations'),
  });
  abort?.addEventListener('abort', () => void database.close());
  try {
    await openOrFail(database, databaseUrl);
    return await grantAdmin(database, name);
  } finally {
    await database.close();
  }
}

/** A server waits for PostgreSQL without limit, a command must end. A connection or a migration under way is awaited. */
async function openOrFail(database: Database, url: string | undefined): Promise<void> {
  const timer = new AbortController();
  const { signal } = timer;
  const rejectUnreachable = async (): Promise<never> => {
    await delay(CONNECT_TIMEOUT_MS, undefined, { signal });
    while (database.failure === undefined) await delay(FAILURE_CHECK_MS, undefined, { signal });
    const { message, code } = database.failure as NodeJS.ErrnoException;
    const address = url === undefined ? '' : ` at ${new URL(url).host}`;
    throw new Error(
      `PostgreSQL cannot be reached${address}: ${message || (code ?? 'no answer')}; start it, or correct DATABASE_URL`,
    );
  };
  try {
    await Promise.race([database.open(), rejectUnreachable()]);
  } finally {
    timer.abort();
  }
}
