/** The settings of a PostgreSQL session that the server depends on, whatever the role, the database or the address ask for. */
import type { ClientBase } from 'pg';

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

/** The statements rely on locks, and on reading what others have committed since the transaction began. */
const TRANSACTIONS = {
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
} as const;

/** In milliseconds; 0 means without limit. */
export interface SessionTimeouts {
  statement: number;
  idleInTransaction: number;
}

/**
 * To be called once, when a connection opens: one round trip. Startup parameters would need none, but poolers such as
 * PgBouncer refuse connections that carry others than they know.
 */
export async function setUpSession(client: ClientBase, timeouts: SessionTimeouts): Promise<void> {
  const settings = {
    ...FORMATS,
    ...TRANSACTIONS,
    statement_timeout: String(timeouts.statement),
    idle_in_transaction_session_timeout: String(timeouts.idleInTransaction),
    idle_session_timeout: '0',
    lock_timeout: '0',
  };
  const names = Object.keys(settings).map((name, index) => `set_config('${name}', $${index + 1}, false)`);
  await client.query(`select ${names.join(', ')}`, Object.values(settings));
}
