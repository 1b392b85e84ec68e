/** Connections for queries: bounded in number and in time, so that a command fails before its own deadline. */
import { Client, type DatabaseError, type PoolClient, type PoolConfig } from 'pg';
import { causedBy, correlation } from '../logging/correlation';
import { type ConnectionRequest, FairPool } from './fair-pool';
import { type SessionKind, setUpSession } from './session-settings';

const CONNECT_MS = 3_000;
const STATEMENT_MS = 5_000;
/** For a server that does not even answer that the statement took too long. */
const SILENCE_MS = 8_000;
/** A transaction that nobody goes on with holds its locks no longer than this. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** What all connections of this node have in common. */
export const CONNECTION = {
  application_name: 'aeturnis',
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
};

const TIMEOUTS = { statement: STATEMENT_MS, idleInTransaction: IDLE_IN_TRANSACTION_MS };

/**
 * @param isNamed returns whether statements that have a name are prepared under it.
 * @param waited is called with the milliseconds that a caller waited for a connection.
 * @param answeredError is called with each error that PostgreSQL answers a statement with.
 */
export function createPool(
  url: string,
  size: number,
  isNamed: (session: SessionKind) => boolean,
  waited: (ms: number) => void,
  answeredError: (error: DatabaseError) => void,
): FairPool {
  // Awaited by the pool, although its types say otherwise: a connection that cannot be set up serves no query.
  const onConnect = ((client) => setUpSession(client, TIMEOUTS, isNamed)) as NonNullable<PoolConfig['onConnect']>;
  const settings = { ...CONNECTION, connectionString: url, max: size, query_timeout: SILENCE_MS, onConnect };
  const pool = new FairPool(settings, currentRequest, waited);
  // A connection that breaks is told to its query, and noticed by the watch; without a listener it would end the process.
  pool.on('error', ignore);
  pool.on('connect', (client) => {
    client.on('error', ignore);
    (client as AnsweredClient).connection.on('errorMessage', answeredError);
  });
  return pool;
}

/** Host and port, for people to read. */
export function addressOf(url: string): string {
  const { host, port } = new Client({ connectionString: url });
  return `${host}:${port}`;
}

/** `connection`: one of the driver's parts, beyond its published types. */
type AnsweredClient = PoolClient & {
  readonly connection: { on(event: 'errorMessage', listener: (error: DatabaseError) => void): void };
};

const currentRequest = (): ConnectionRequest => ({ user: causedBy(), kind: correlation()?.event });

const ignore = (): void => undefined;
