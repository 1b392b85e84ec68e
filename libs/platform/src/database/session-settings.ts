/** The settings of a PostgreSQL session that the server depends on, whatever the role, the database or the address ask for. */
import type { ClientBase } from 'pg';
import { filterStatementNames, attachSettings } from './pooled-queries';

/**
 * How values are written and read: the driver parses them in these formats alone. With `DateStyle = German` a statement
 * succeeds and its answer cannot be read.
 */
const FORMATS = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  transform_null_equals: 'off',
} as const;

/** Settings without effect inside a transaction that has begun. Behind a pooler the server does not set them. */
const CONNECTION_ONLY = {
  // The statements rely on locks, and on reading what others have committed since the transaction began.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  idle_session_timeout: '0',
} as const;

/** In milliseconds; 0 means without limit. */
export interface SessionTimeouts {
  statement: number;
  idleInTransaction: number;
}

/** `pooled`: a pooler stands between, which may run each transaction on another connection to PostgreSQL. */
export type SessionKind = 'direct' | 'pooled';

/**
 * To be called once, when a connection opens: one round trip. Startup parameters would need none, but poolers such as
 * PgBouncer refuse connections that carry others than they know.
 *
 * PostgreSQL tells each connection the id of the process that serves it. A pooler has to tell an id of its own, because
 * it does not know yet which process that will be. Where the two ids differ nothing is set for the session; each
 * transaction sets the settings for itself.
 *
 * @param isNamed is asked for each statement that has a name: whether it may be prepared under that name.
 */
export async function setUpSession(
  client: ClientBase,
  timeouts: SessionTimeouts,
  isNamed: (session: SessionKind) => boolean = () => true,
): Promise<SessionKind> {
  const settings = {
    ...FORMATS,
    statement_timeout: String(timeouts.statement),
    idle_in_transaction_session_timeout: String(timeouts.idleInTransaction),
    lock_timeout: '0',
  };
  const names = Object.entries({ ...settings, ...CONNECTION_ONLY }).map(([name, value]) => set(name, value, false));
  const query = `select ${names.join(', ')} where pg_backend_pid() = $1`;
  const { rowCount } = await client.query(query, [Reflect.get(client, 'processID') as number | null]);
  const session = rowCount === 1 ? 'direct' : 'pooled';
  if (session === 'pooled') {
    const local = Object.entries(settings).map(([name, value]) => set(name, value, true));
    // `concat` is never null: all settings are set, and there is no row.
    attachSettings(client, `select where concat(${local.join(', ')}) is null`);
  }
  if (session === 'pooled' || !isNamed(session)) filterStatementNames(client, () => isNamed(session));
  return session;
}

/**
 * The isolation level cannot be set by a statement in front of another one: the transaction has its snapshot by then.
 * @throws where the role, or the database, begins transactions otherwise than the statements rely on.
 */
export async function assertIsolation(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ isolation: string }>(
    `select current_setting('default_transaction_isolation') as isolation`,
  );
  const isolation = rows[0]?.isolation;
  if (isolation !== CONNECTION_ONLY.default_transaction_isolation)
    throw new Error(
      `behind a pooler, default_transaction_isolation has to be 'read committed' for the role and is '${isolation}': ` +
        `set it with ALTER ROLE`,
    );
}

const set = (name: string, value: string, isLocal: boolean): string => `set_config('${name}', '${value}', ${isLocal})`;
