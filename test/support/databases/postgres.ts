/** Creates a private database for a test on the PostgreSQL of the run, empty or migrated. */
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrateDatabase } from '../../../libs/platform/src/database/migrations/migrations';
import { commonDatabaseUrl } from '../service-urls';

export interface TestDatabase {
  url: string;
  /** Drops the database and terminates its connections. */
  drop(): Promise<void>;
}

const MIGRATIONS = join(__dirname, '..', '..', '..', 'apps', 'server', 'migrations');
const TEMPLATE_LOCK = 0x7465_6d70;

export function createDatabase(): Promise<TestDatabase> {
  return create(uniqueDatabaseName());
}

/** Copies a template database that the first suite of a run migrates. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  const template = `template_${fingerprint()}`;
  await asAdministrator(async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (rowCount === 0) await makeTemplate(client, template);
  });
  return create(uniqueDatabaseName(), `template ${template}`);
}

// Renamed last: a database with the name of the template is complete.
async function makeTemplate(client: Client, template: string): Promise<void> {
  const draft = uniqueDatabaseName();
  await client.query(`create database ${draft}`);
  await migrateDatabase(urlOf(draft), MIGRATIONS);
  await client.query(`alter database ${draft} rename to ${template}`);
}

async function create(name: string, options = ''): Promise<TestDatabase> {
  await asAdministrator((client) => client.query(`create database ${name} ${options}`));
  return {
    url: urlOf(name),
    drop: () => asAdministrator((client) => client.query(`drop database if exists ${name} with (force)`)),
  };
}

async function asAdministrator(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: serverUrl().href });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const uniqueDatabaseName = (): string => `test_${randomUUID().replaceAll('-', '')}`;

function urlOf(database: string): string {
  const url = serverUrl();
  url.pathname = `/${database}`;
  return url.href;
}

function serverUrl(): URL {
  const url = commonDatabaseUrl();
  return new URL(url);
}

/** A hash of all migrations, so that a server kept for several runs never provides an outdated template. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS).sort()) {
    if (file.endsWith('.sql')) hash.update(file).update(readFileSync(join(MIGRATIONS, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
