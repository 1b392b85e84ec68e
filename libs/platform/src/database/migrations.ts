/** Brings the schema up to date, one node at a time. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { buildIndexes } from './concurrent-indexes';
import { CONNECTION } from './pool';
import { setUpSession } from './session-settings';

/** Tells this lock from all other advisory locks of the database. */
const LOCK_KEY = 0x41_65_74_75;
const LOOK_AGAIN_MS = 50;
const TELL_AFTER_MS = 5_000;
const TELL_AGAIN_MS = 30_000;

/** What drizzle-kit writes beside the migrations. */
interface Journal {
  readonly entries: readonly { readonly when: number }[];
}

/** The schema cannot be brought up to date; trying again does not help. */
export class MigrationError extends Error {}

/**
 * Applies what is missing, in one transaction, on a connection of its own, and then builds the indexes that are missing. Nodes that start together wait for the
 * first, and then find nothing left to do.
 *
 * @param tell is told who is waited for, where that takes its time.
 * @throws where a newer release has changed the database.
 */
export async function migrateDatabase(
  url: string,
  migrationsFolder: string,
  tell: (message: string) => void = () => undefined,
): Promise<void> {
  const client = new Client({ ...CONNECTION, connectionString: url });
  // What breaks the connection is told to the query that waits on it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // A migration and an index may take their time.
    await setUpSession(client, { statement: 0, idleInTransaction: 0 });
    await lock(client, tell);
    await refuseNewer(client, migrationsFolder);
    await migrate(drizzle(client), { migrationsFolder });
    await buildIndexes(client, migrationsFolder);
  } finally {
    await client.end();
  }
}

/** Asked for again and again: building an index waits for all statements under way, one that waits for this lock among them. */
async function lock(client: Client, tell: (message: string) => void): Promise<void> {
  const isLocked = async (): Promise<boolean> => {
    const query = 'select pg_try_advisory_lock($1) as locked';
    return (await client.query<{ locked: boolean }>(query, [LOCK_KEY])).rows[0]?.locked === true;
  };
  let tellAt = performance.now() + TELL_AFTER_MS;
  while (!(await isLocked())) {
    if (performance.now() >= tellAt) {
      tell(`is being migrated by ${await holder(client)}; waiting for that`);
      tellAt = performance.now() + TELL_AGAIN_MS;
    }
    await delay(LOOK_AGAIN_MS);
  }
}

/** Who has the lock, so that an operator can find, or end, it. */
async function holder(client: Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; address: string | null; since: string }>(
    `select pid, host(client_addr) as address, to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') as since
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and classid = 0 and objid = $1 and pg_locks.database =
       (select oid from pg_database where datname = current_database())`,
    [LOCK_KEY],
  );
  const [found] = rows;
  if (!found) return 'another node';
  return `another node (process ${found.pid} of PostgreSQL, from ${found.address ?? 'its own machine'}, since ${found.since})`;
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
