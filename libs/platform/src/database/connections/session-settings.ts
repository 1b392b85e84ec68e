/** Sets the PostgreSQL session settings that the server depends on, and overrides those of the role, the database and the URL. */
import type { ClientBase } from 'pg';
import { filterStatementNames, attachSettings } from './pooler-queries';

/** The formats in which the driver parses values. With `DateStyle = German` a statement succeeds but its result cannot be read. */
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

/** Settings that have no effect inside a transaction. Behind a pooler the server cannot set them. */
const CONNECTION_ONLY = {
  // Statements rely on locks, and must see what other transactions committed since their own began.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  idle_session_timeout: '0',
} as const;

/** In milliseconds; 0 disables the timeout. */
interface SessionTimeouts {
  statement: number;
  idleInTransaction: number;
}

/** `pooled`: through a pooler, which may run each transaction on another connection to PostgreSQL. */
export type SessionKind = 'direct' | 'pooled';

/**
 * Call it once when a connection opens; it takes one round trip. Startup parameters would take none, but poolers such as
 * PgBouncer refuse connections with parameters that they do not know.
 *
 * PostgreSQL sends each connection the id of its backend process. A pooler sends an id of its own, because it does not know
 * the backend yet. If this id differs from `pg_backend_pid()`, the session is pooled and each transaction applies the settings.
 *
 * @param isNamed returns whether a named statement may be prepared under its name.
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
  const calls = Object.entries({ ...settings, ...CONNECTION_ONLY }).map(([name, value]) =>
    setConfig(name, value, false),
  );
  const query = `select ${calls.join(', ')} where pg_backend_pid() = $1`;
  const { rowCount } = await client.query(query, [Reflect.get(client, 'processID') as number | null]);
  const session = rowCount === 1 ? 'direct' : 'pooled';
  if (session === 'pooled') {
    const local = Object.entries(settings).map(([name, value]) => setConfig(name, value, true));
    // `concat` is never null: the statement applies all settings and returns no row.
    attachSettings(client, `select where concat(${local.join(', ')}) is null`);
  }
  if (session === 'pooled' || !isNamed(session)) filterStatementNames(client, () => isNamed(session));
  return session;
}

/**
 * Behind a pooler the server cannot set the isolation level: the statement that applies settings takes the snapshot first.
 * @throws if the default of the role or the database is not the level that the statements rely on.
 */
export async function assertIsolation(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ isolation: string }>(
    `select current_setting('default_transaction_isolation') as isolation`,
  );
  const isolation = rows[0]?.isolation;
  if (isolation !== CONNECTION_ONLY.default_transaction_isolation)
    throw new Error(
      `behind a pooler, default_transaction_isolation of the role must be 'read committed' and is '${isolation}': ` +
        `change it with ALTER ROLE`,
    );
}

const setConfig = (name: string, value: string, isLocal: boolean): string =>
  `set_config('${name}', '${value}', ${isLocal})`;
