/** Builds indexes beside the traffic: inside a migration they would keep everybody from writing until all of it is done. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { runOutsideTransaction } from './pooled-queries';

const FILE = 'indexes.sql';
const NAME = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS "(\w+)"/;

/**
 * Builds those of `indexes.sql` that are missing, in their order. Call it outside of a transaction. Nodes of a release
 * before this one go on reading and writing meanwhile. A folder without the file has none to build.
 */
export async function buildIndexes(client: Client, migrationsFolder: string): Promise<void> {
  for (const statement of await statementsIn(migrationsFolder)) {
    const [, name] = NAME.exec(statement) ?? [];
    if (name === undefined) throw new Error(`${FILE} has a statement that builds no index: ${statement.slice(0, 80)}`);
    // An attempt that was cut off leaves an index behind that is kept up to date and serves no query.
    if (await isInvalid(client, name))
      await runOutsideTransaction(client, `drop index concurrently if exists "${name}"`);
    await runOutsideTransaction(client, statement);
  }
}

async function statementsIn(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, FILE), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  });
  const lines = text.split('\n').filter((line) => !line.startsWith('--'));
  return lines
    .join('\n')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

async function isInvalid(client: Client, name: string): Promise<boolean> {
  const query = 'select 1 from pg_index where indexrelid = to_regclass($1) and not indisvalid';
  return ((await client.query(query, [`"${name}"`])).rowCount ?? 0) > 0;
}
