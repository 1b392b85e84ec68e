/** Keeps one dedicated connection to PostgreSQL, to notice an outage at once and to read the database's clock. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { unavailableError } from '../database-error';
import { CONNECTION_OPTIONS } from './pool';
import { assertIsolation, type SessionKind, setUpSession } from './session-settings';

const READ_CLOCK = 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now';
const PING_INTERVAL_MS = 2_000;
const QUERY_TIMEOUT_MS = 3_000;
const BACKOFF_MIN_MS = 50;
const BACKOFF_MAX_MS = 2_000;

/** Clock readings before the database counts as connected. The one with the shortest round trip is the most precise. */
const FIRST_READINGS = 5;

/** One reading of the database's clock, with the local times of its request and its answer by `performance.now()`. */
export interface DatabaseClockReading {
  /** Milliseconds since 1970. */
  readonly databaseMs: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

interface ConnectionMonitorEvents {
  beforeConnecting(): Promise<void>;
  /** The database answers, for the first time or after an outage. An error of this callback counts as a failed connection. */
  onConnected(session: SessionKind): Promise<void>;
  /** The database's clock was read: several times before `onConnected`, then every two seconds. */
  onClockReading(time: DatabaseClockReading): void;
  /** Connecting failed, or the connection was lost. The monitor retries until it is stopped. */
  onFailed(error: unknown): void;
}

export class ConnectionMonitor {
  private client: Client | null = null;
  private pendingPing: Promise<number> | null = null;
  private failures = 0;

  constructor(
    private readonly url: string,
    private readonly events: ConnectionMonitorEvents,
  ) {}

  /** Runs until the signal aborts. The pause before a retry doubles after each failure, up to 2 s. */
  async run(signal: AbortSignal): Promise<void> {
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      try {
        await this.events.beforeConnecting();
        await this.holdConnection(signal);
      } catch (error) {
        if (isStopped()) return;
        this.events.onFailed(error);
      }
      const pause = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** this.failures++);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Round trip in milliseconds, without waiting for the pool. @throws AppError if the database does not answer. */
  async ping(): Promise<number> {
    if (!this.client) throw unavailableError('The database is not available');
    return (this.pendingPing ??= this.roundTrip(this.client).finally(() => (this.pendingPing = null)));
  }

  /** Rejects when the connection could not be opened, was lost, or was stopped by the signal. */
  private async holdConnection(signal: AbortSignal): Promise<never> {
    const client = new Client({ ...CONNECTION_OPTIONS, connectionString: this.url, query_timeout: QUERY_TIMEOUT_MS });
    let rejectLost: (reason: unknown) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => (rejectLost = reject));
    lost.catch(() => undefined);
    const onAbort = (): void => rejectLost(signal.reason);
    signal.addEventListener('abort', onAbort);
    client.on('error', rejectLost);
    client.on('end', () => rejectLost(new Error('Connection terminated')));
    let pingTimer: NodeJS.Timeout | undefined;
    try {
      await client.connect();
      // Overrides a timeout of the role for idle sessions, which would end this connection repeatedly.
      const session = await setUpSession(client, { statement: QUERY_TIMEOUT_MS, idleInTransaction: QUERY_TIMEOUT_MS });
      if (session === 'pooled') await assertIsolation(client);
      signal.throwIfAborted();
      this.client = client;
      for (let reading = 0; reading < FIRST_READINGS; reading++) await this.ping();
      await this.events.onConnected(session);
      this.failures = 0;
      pingTimer = setInterval(() => void this.ping().catch(rejectLost), PING_INTERVAL_MS);
      return await lost;
    } finally {
      clearInterval(pingTimer);
      signal.removeEventListener('abort', onAbort);
      this.client = null;
      // Not awaited: PostgreSQL may never answer.
      client.end().catch(() => undefined);
    }
  }

  private async roundTrip(client: Client): Promise<number> {
    const askedAt = performance.now();
    const { rows } = await client.query<{ now: number }>(READ_CLOCK);
    const answeredAt = performance.now();
    const [row] = rows;
    if (row) this.events.onClockReading({ databaseMs: row.now, askedAt, answeredAt });
    return answeredAt - askedAt;
  }
}
