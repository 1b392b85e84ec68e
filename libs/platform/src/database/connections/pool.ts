/** Creates the pool for queries. Its timeouts are shorter than the deadline of a command, which can then report the reason. */
import { Client, type DatabaseError, type PoolClient, type PoolConfig } from 'pg';
import { currentInitiator, currentCorrelation } from '../../logging/correlation';
import { type ConnectionRequest, FairPool } from './fair-pool';
import { type SessionKind, setUpSession } from './session-settings';

const CONNECT_MS = 3_000;
const STATEMENT_MS = 5_000;
/** For a PostgreSQL that does not even report the statement timeout. */
const RESPONSE_TIMEOUT_MS = 8_000;
/** Longest time for which an abandoned transaction holds its locks. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Options of all connections of this node. */
export const CONNECTION_OPTIONS = {
  application_name: 'aeturnis',
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
};

const TIMEOUTS = { statement: STATEMENT_MS, idleInTransaction: IDLE_IN_TRANSACTION_MS };

/**
 * @param isNamed returns whether statements that have a name are prepared under it.
 * @param onWaited is called with the milliseconds that a caller waited for a connection.
 * @param onServerError is called with each error that PostgreSQL answers a statement with.
 */
export function createPool(
  url: string,
  size: number,
  isNamed: (session: SessionKind) => boolean,
  onWaited: (ms: number) => void,
  onServerError: (error: DatabaseError) => void,
): FairPool {
  // The pool awaits it, although its types say otherwise: a connection that cannot be set up serves no query.
  const onConnect = ((client) => setUpSession(client, TIMEOUTS, isNamed)) as NonNullable<PoolConfig['onConnect']>;
  const settings = {
    ...CONNECTION_OPTIONS,
    connectionString: url,
    max: size,
    query_timeout: RESPONSE_TIMEOUT_MS,
    onConnect,
  };
  const pool = new FairPool(settings, currentRequest, onWaited);
  // Without a listener, a broken connection would end the process. Its query fails, and the connection monitor reports it.
  pool.on('error', ignore);
  pool.on('connect', (client) => {
    client.on('error', ignore);
    (client as ClientWithConnection).connection.on('errorMessage', onServerError);
  });
  return pool;
}

/** Host and port, for log lines. */
export function addressOf(url: string): string {
  const { host, port } = new Client({ connectionString: url });
  return `${host}:${port}`;
}

/** `connection` is a member of the driver's client that its published types lack. */
type ClientWithConnection = PoolClient & {
  readonly connection: { on(event: 'errorMessage', listener: (error: DatabaseError) => void): void };
};

const currentRequest = (): ConnectionRequest => ({ user: currentInitiator(), kind: currentCorrelation()?.event });

const ignore = (): void => undefined;
