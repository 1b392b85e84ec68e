/** Decides whether statements of the hot path are prepared under names, which PostgreSQL keeps per connection. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { CONNECTION_OPTIONS } from '../connections/pool';
import type { SessionKind } from '../connections/session-settings';

export type PreparedSetting = 'auto' | 'on' | 'off';

const ATTEMPTS = 3;
/** Maximum connections to PostgreSQL that one attempt keeps busy. */
const MAX_HOLDERS = 4;
const QUERY_TIMEOUT_MS = 1_500;

export class PreparedStatementSupport {
  private isKeptByPooler = false;

  constructor(private readonly setting: PreparedSetting) {}

  /** Behind a pooler `auto` means no until detection has shown that the pooler supports named statements. */
  isEnabled(session: SessionKind): boolean {
    if (this.setting !== 'auto') return this.setting === 'on';
    return session === 'direct' || this.isKeptByPooler;
  }

  /** Call it after each reconnect: the pooler or its settings may have changed. */
  async detect(url: string, session: SessionKind): Promise<void> {
    this.isKeptByPooler = session === 'pooled' && this.setting === 'auto' && (await canPoolerKeepStatements(url));
  }

  /** `auto` means no behind a pooler until the next detection. */
  resetDetection(): void {
    this.isKeptByPooler = false;
  }

  /** Describes the state for the log. */
  describe(session: SessionKind): string {
    const state = `prepared statements ${this.isEnabled(session) ? 'on' : 'off'}`;
    if (this.setting !== 'auto') return `${state} (DATABASE_PREPARED=${this.setting})`;
    if (session === 'direct') return state;
    return `${state} (the pooler ${this.isKeptByPooler ? 'keeps them' : 'is not known to keep them'})`;
  }
}

/** Whether a statement that was prepared on one backend can be executed on another one; false if the test is inconclusive. */
async function canPoolerKeepStatements(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const survived = await probeOnce(url).catch(() => false);
    if (survived !== undefined) return survived;
  }
  return false;
}

/**
 * Prepares a statement, occupies the backend that it was prepared on, and executes it again, so that the pooler must use
 * another backend. Undefined if no holder got the first backend.
 */
async function probeOnce(url: string): Promise<boolean | undefined> {
  const clients: Client[] = [];
  const open = async (): Promise<Client> => {
    const client = new Client({ ...CONNECTION_OPTIONS, connectionString: url, query_timeout: QUERY_TIMEOUT_MS });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  };
  const name = `probe_${randomUUID()}`;
  try {
    const prepared = await open();
    const preparedOn = await backendPid(prepared, name);
    for (let holders = 0; holders < MAX_HOLDERS; holders++) {
      const holder = await open();
      await holder.query('begin');
      if ((await backendPid(holder)) !== preparedOn) continue;
      const runOn = await backendPid(prepared, name).catch(() => undefined);
      // A pooler that does not track names leaves the statement on the backend. One that does has given it another name.
      await holder.query(`deallocate "${name}"`).catch(() => undefined);
      return runOn !== undefined && runOn !== preparedOn;
    }
    return undefined;
  } finally {
    // Frees the backends of the holders at once, even if the pooler notices late that its clients have disconnected.
    await Promise.all(clients.map((client) => client.query('rollback').catch(() => undefined)));
    for (const client of clients) client.end().catch(() => undefined);
  }
}

async function backendPid(client: Client, name?: string): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>({ name, text: 'select pg_backend_pid() as pid' });
  return rows[0]?.pid;
}
