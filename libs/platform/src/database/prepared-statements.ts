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
  private surviveInPooler = false;

  constructor(private readonly setting: PreparedSetting) {}

  /** Behind a pooler `auto` means no until the pooler is known to keep them. */
  isOn(session: SessionKind): boolean {
    if (this.setting !== 'auto') return this.setting === 'on';
    return session === 'direct' || this.surviveInPooler;
  }

  /** To be called each time when the database can be reached again: it may be another pooler, or have other settings. */
  async examine(url: string, session: SessionKind): Promise<void> {
    this.surviveInPooler = session === 'pooled' && this.setting === 'auto' && (await doNamedStatementsSurvive(url));
  }

  /** Until it is examined again. */
  doubt(): void {
    this.surviveInPooler = false;
  }

  /** For the log. */
  describe(session: SessionKind): string {
    const state = `prepared statements ${this.isOn(session) ? 'on' : 'off'}`;
    if (this.setting !== 'auto') return `${state} (DATABASE_PREPARED=${this.setting})`;
    if (session === 'direct') return state;
    return `${state} (the pooler ${this.surviveInPooler ? 'keeps them' : 'is not known to keep them'})`;
  }
}

/** Whether a statement that was prepared on one connection to PostgreSQL was run on another one. False where in doubt. */
async function doNamedStatementsSurvive(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const survived = await tryToMove(url).catch(() => false);
    if (survived !== undefined) return survived;
  }
  return false;
}

/**
 * Prepares a statement, keeps the connection to PostgreSQL that it was prepared on busy, and runs it again, which the
 * pooler has to do on another one. Undefined where that connection was not found.
 */
async function tryToMove(url: string): Promise<boolean | undefined> {
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
    const preparedOn = await processOf(prepared, name);
    for (let holders = 0; holders < MOST_HOLDERS; holders++) {
      const holder = await open();
      await holder.query('begin');
      if ((await processOf(holder)) !== preparedOn) continue;
      const runOn = await processOf(prepared, name).catch(() => undefined);
      // A pooler that knows nothing of the name has left it there. One that does, has given it another name.
      await holder.query(`deallocate "${name}"`).catch(() => undefined);
      return runOn !== undefined && runOn !== preparedOn;
    }
    return undefined;
  } finally {
    // Ends the transactions, too.
    await Promise.all(clients.map((client) => client.query('rollback').catch(() => undefined)));
    for (const client of clients) client.end().catch(() => undefined);
  }
}

async function processOf(client: Client, name?: string): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>({ name, text: 'select pg_backend_pid() as pid' });
  return rows[0]?.pid;
}
