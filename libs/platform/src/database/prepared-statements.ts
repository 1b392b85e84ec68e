/** Whether statements of the hot path are prepared under names, which PostgreSQL keeps for each of its connections. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { CONNECTION } from './pool';
import type { SessionKind } from './session-settings';

export type PreparedSetting = 'auto' | 'on' | 'off';

const ATTEMPTS = 3;
/** Connections to PostgreSQL that one attempt keeps busy, at most. */
const MOST_HOLDERS = 4;
const ANSWER_MS = 1_500;

export class PreparedStatements {
  private isKeptByPooler = false;

  constructor(private readonly setting: PreparedSetting) {}

  /** Behind a pooler `auto` means no until the pooler is known to keep them. */
  isOn(session: SessionKind): boolean {
    if (this.setting !== 'auto') return this.setting === 'on';
    return session === 'direct' || this.isKeptByPooler;
  }

  /** To be called each time when the database can be reached again: it may be another pooler, or have other settings. */
  async detect(url: string, session: SessionKind): Promise<void> {
    this.isKeptByPooler = session === 'pooled' && this.setting === 'auto' && (await canStatementsMove(url));
  }

  /** `auto` means no behind a pooler until the next detection. */
  forgetDetection(): void {
    this.isKeptByPooler = false;
  }

  /** For the log. */
  describe(session: SessionKind): string {
    const state = `prepared statements ${this.isOn(session) ? 'on' : 'off'}`;
    if (this.setting !== 'auto') return `${state} (DATABASE_PREPARED=${this.setting})`;
    if (session === 'direct') return state;
    return `${state} (the pooler ${this.isKeptByPooler ? 'keeps them' : 'is not known to keep them'})`;
  }
}

/** Whether a statement that was prepared on one connection to PostgreSQL could be run on another one; false if in doubt. */
async function canStatementsMove(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const survived = await probeOnce(url).catch(() => false);
    if (survived !== undefined) return survived;
  }
  return false;
}

/**
 * Prepares a statement, keeps the connection to PostgreSQL that it was prepared on busy, and runs it again, which the
 * pooler has to do on another one. Undefined if no holder got that connection.
 */
async function probeOnce(url: string): Promise<boolean | undefined> {
  const clients: Client[] = [];
  const open = async (): Promise<Client> => {
    const client = new Client({ ...CONNECTION, connectionString: url, query_timeout: ANSWER_MS });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  };
  const name = `probe_${randomUUID()}`;
  try {
    const prepared = await open();
    const preparedOn = await backendPid(prepared, name);
    for (let holders = 0; holders < MOST_HOLDERS; holders++) {
      const holder = await open();
      await holder.query('begin');
      if ((await backendPid(holder)) !== preparedOn) continue;
      const runOn = await backendPid(prepared, name).catch(() => undefined);
      // A pooler that does not track names leaves this one on the connection. One that does has replaced it by its own.
      await holder.query(`deallocate "${name}"`).catch(() => undefined);
      return runOn !== undefined && runOn !== preparedOn;
    }
    return undefined;
  } finally {
    // The connections of the holders become free at once, also where the pooler is slow to notice that its client left.
    await Promise.all(clients.map((client) => client.query('rollback').catch(() => undefined)));
    for (const client of clients) client.end().catch(() => undefined);
  }
}

async function backendPid(client: Client, name?: string): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>({ name, text: 'select pg_backend_pid() as pid' });
  return rows[0]?.pid;
}
