/** The lock that lets only one node at a time change the schema. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { CONNECTION_OPTIONS } from '../connections/pool';
import { setUpSession } from '../connections/session-settings';

/** Distinguishes this lock from all other advisory locks of the database. */
const LOCK_KEY = 0x41_65_74_75;
const RETRY_MS = 50;
/** The queries about the lock are short: a connection that does not answer in this time is lost. */
const QUERY_TIMEOUT_MS = 10_000;
const WAIT_LOG_AFTER_MS = 5_000;
const WAIT_LOG_INTERVAL_MS = 30_000;

/**
 * A connection without PostgreSQL timeouts, because migrations and index builds may take long.
 * @param queryTimeoutMs a timeout of the driver for each query; absent: none.
 */
export async function openUnlimitedClient(url: string, queryTimeoutMs?: number): Promise<Client> {
  const client = new Client({
    ...CONNECTION_OPTIONS,
    connectionString: url,
    ...(queryTimeoutMs && { query_timeout: queryTimeoutMs }),
  });
  // Without a listener, a broken connection would end the process. Its pending query fails as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await setUpSession(client, { statement: 0, idleInTransaction: 0 });
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}

/**
 * Runs the work while a transaction on another connection holds the lock. Behind a pooler a session-level lock could be lost
 * or never be released. The transaction holds no snapshot, so concurrent index builds do not wait for it.
 *
 * @param work gets a signal that aborts when the connection of the lock is lost: another node may then hold the lock.
 * @param onWaiting is called with a description of the lock's holder if the wait takes longer than 5 s.
 */
export async function withMigrationLock<T>(
  url: string,
  onWaiting: (message: string) => void,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const client = await openUnlimitedClient(url, QUERY_TIMEOUT_MS);
  const lockLost = new AbortController();
  client.on('end', () => lockLost.abort(new Error('Connection terminated, and with it the migration lock')));
  try {
    await acquireLock(client, onWaiting);
    const result = await work(lockLost.signal);
    lockLost.signal.throwIfAborted();
    await client.query('commit');
    return result;
  } catch (error) {
    throw lockLost.signal.aborted ? lockLost.signal.reason : error;
  } finally {
    await client.end();
  }
}

/** Polls instead of blocking: a concurrent index build waits for all running statements, also for one that waits for this lock. */
async function acquireLock(client: Client, onWaiting: (message: string) => void): Promise<void> {
  const tryLock = async (): Promise<boolean> => {
    await client.query('begin');
    // Without parameters the driver sends a simple query. The portal of an extended query would hold its snapshot until the
    // end of the transaction, and concurrent index builds would wait for that.
    const query = `select pg_try_advisory_xact_lock(${LOCK_KEY}) as locked`;
    if ((await client.query<{ locked: boolean }>(query)).rows[0]?.locked === true) return true;
    await client.query('rollback');
    return false;
  };
  let nextLogAt = performance.now() + WAIT_LOG_AFTER_MS;
  while (!(await tryLock())) {
    if (performance.now() >= nextLogAt) {
      onWaiting(`the database is being migrated by ${await describeHolder(client)}; waiting for it`);
      nextLogAt = performance.now() + WAIT_LOG_INTERVAL_MS;
    }
    await delay(RETRY_MS);
  }
}

/** Describes the holder of the lock, so that an operator can find or end its process. */
async function describeHolder(client: Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; address: string | null; since: string }>(
    `select pid, host(client_addr) as address,
       to_char(coalesce(xact_start, backend_start), 'YYYY-MM-DD HH24:MI:SS TZ') as since
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and classid = 0 and objid = $1 and pg_locks.database =
       (select oid from pg_database where datname = current_database())`,
    [LOCK_KEY],
  );
  const [found] = rows;
  if (!found) return 'another node';
  return `another node (process ${found.pid} of PostgreSQL, from ${found.address ?? 'its own machine'}, since ${found.since})`;
}
