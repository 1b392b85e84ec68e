/** Only one node at a time may change the schema: the lock that it holds meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { CONNECTION } from './pool';
import { setUpSession } from './session-settings';

/** Tells this lock from all other advisory locks of the database. */
const LOCK_KEY = 0x41_65_74_75;
const LOOK_AGAIN_MS = 50;
/** None of the questions about the lock takes long: who does not answer is not there any more. */
const ANSWER_MS = 10_000;
const TELL_AFTER_MS = 5_000;
const TELL_AGAIN_MS = 30_000;

/** A connection without time limits of PostgreSQL: a migration and an index may take their time. `answerMs`: a limit of ours. */
export async function openUnlimitedClient(url: string, answerMs?: number): Promise<Client> {
  const client = new Client({ ...CONNECTION, connectionString: url, ...(answerMs && { query_timeout: answerMs }) });
  // What breaks the connection is told to the query that waits on it.
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
 * Runs the work while a transaction of another connection holds the lock. A lock of a session would be lost, or kept for
 * ever, behind a pooler that shares its sessions. The transaction keeps no snapshot, so building an index concurrently
 * does not wait for it.
 *
 * @param work gets a signal that is aborted when the lock is lost, with its connection: another node may have it then.
 * @param tell is told who is waited for, where that takes its time.
 */
export async function withMigrationLock<T>(
  url: string,
  tell: (message: string) => void,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const client = await openUnlimitedClient(url, ANSWER_MS);
  const lost = new AbortController();
  client.on('end', () => lost.abort(new Error('Connection terminated, and with it the lock of the migration')));
  try {
    await lock(client, tell);
    const result = await work(lost.signal);
    lost.signal.throwIfAborted();
    await client.query('commit');
    return result;
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    await client.end();
  }
}

/** Asked for again and again: building an index waits for all statements under way, one that waits for this lock among them. */
async function lock(client: Client, tell: (message: string) => void): Promise<void> {
  const isLocked = async (): Promise<boolean> => {
    await client.query('begin');
    // Without parameters, so that the driver sends it as a simple query: the portal of an extended one would keep its
    // snapshot until the end of the transaction, and building an index concurrently would wait for that.
    const query = `select pg_try_advisory_xact_lock(${LOCK_KEY}) as locked`;
    if ((await client.query<{ locked: boolean }>(query)).rows[0]?.locked === true) return true;
    await client.query('rollback');
    return false;
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
