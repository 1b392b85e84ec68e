/** One connection that is held for one purpose: to know at once whether the database can be reached. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { unavailable } from './database-error';
import { CONNECTION } from './pool';
import { assertIsolation, type SessionKind, setUpSession } from './session-settings';

const READ_CLOCK = 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now';
const PROBE_MS = 2_000;
const ANSWER_MS = 3_000;
const BACKOFF_MIN_MS = 50;
const BACKOFF_MAX_MS = 2_000;

/** Readings of the clock before the database counts as connected: the quickest says most. */
const FIRST_READINGS = 5;

/** One reading of the database's clock, and when on this machine it was asked for and answered, by `performance.now()`. */
export interface DatabaseTime {
  /** Milliseconds since 1970. */
  readonly databaseMs: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

export interface WatchEvents {
  beforeConnecting(): Promise<void>;
  /** The database answers, for the first time or again. What this throws counts as a failure. */
  connected(session: SessionKind): Promise<void>;
  /** The database's clock was read: several times before `connected`, then every two seconds. */
  timed(time: DatabaseTime): void;
  /** Connecting failed, or the connection is lost; tried again until the watch is stopped. */
  failed(error: unknown): void;
}

export class ConnectionWatch {
  private client: Client | null = null;
  private pinging: Promise<number> | null = null;
  private failures = 0;

  constructor(
    private readonly url: string,
    private readonly events: WatchEvents,
  ) {}

  /** Goes on until stopped; waits longer after each failure, at most 2 s. */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = (): boolean => signal.aborted;
    while (!stopped()) {
      try {
        await this.events.beforeConnecting();
        await this.untilLost(signal);
      } catch (error) {
        if (stopped()) return;
        this.events.failed(error);
      }
      const pause = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** this.failures++);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Round trip in milliseconds, without waiting for a free connection. @throws AppError when there is no answer. */
  async ping(): Promise<number> {
    if (!this.client) throw unavailable('The database is not available');
    return (this.pinging ??= this.roundTrip(this.client).finally(() => (this.pinging = null)));
  }

  /** Rejects with the reason why the connection could not be made, or was lost, or was given up. */
  private async untilLost(signal: AbortSignal): Promise<never> {
    const client = new Client({ ...CONNECTION, connectionString: this.url, query_timeout: ANSWER_MS });
    let stop: (reason: unknown) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => (stop = reject));
    lost.catch(() => undefined);
    const onAbort = (): void => stop(signal.reason);
    signal.addEventListener('abort', onAbort);
    client.on('error', stop);
    client.on('end', () => stop(new Error('Connection terminated')));
    let probe: NodeJS.Timeout | undefined;
    try {
      await client.connect();
      // A timeout of the role for idle sessions would end this connection again and again.
      const session = await setUpSession(client, { statement: ANSWER_MS, idleInTransaction: ANSWER_MS });
      if (session === 'pooled') await assertIsolation(client);
      signal.throwIfAborted();
      this.client = client;
      for (let reading = 0; reading < FIRST_READINGS; reading++) await this.ping();
      await this.events.connected(session);
      this.failures = 0;
      probe = setInterval(() => void this.ping().catch(stop), PROBE_MS);
      return await lost;
    } finally {
      clearInterval(probe);
      signal.removeEventListener('abort', onAbort);
      this.client = null;
      // Not waited for: the other side may be silent.
      client.end().catch(() => undefined);
    }
  }

  private async roundTrip(client: Client): Promise<number> {
    const askedAt = performance.now();
    const { rows } = await client.query<{ now: number }>(READ_CLOCK);
    const answeredAt = performance.now();
    const [row] = rows;
    if (row) this.events.timed({ databaseMs: row.now, askedAt, answeredAt });
    return answeredAt - askedAt;
  }
}
