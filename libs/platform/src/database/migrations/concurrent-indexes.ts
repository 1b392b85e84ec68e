/** Builds indexes concurrently, outside of the migrations, where they would block writes until the migration commits. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { runOutsideTransaction } from '../connections/pooler-queries';

const FILE = 'indexes.sql';
const NAME = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS "(\w+)"/;

/**
 * Builds the missing indexes of `indexes.sql`, in order. Call it outside of a transaction. Nodes of an older release continue
 * to read and write during that time. Does nothing if the folder has no such file.
 */
export async function buildIndexes(client: Client, migrationsFolder: string): Promise<void> {
  for (const statement of await readStatements(migrationsFolder)) {
    const [, name] = NAME.exec(statement) ?? [];
    if (name === undefined)
      throw new Error(`${FILE} may contain only CREATE INDEX CONCURRENTLY IF NOT EXISTS: ${statement.slice(0, 80)}`);
    // An interrupted build leaves an invalid index, which is updated by writes but serves no query.
    if (await isInvalid(client, name))
      await runOutsideTransaction(client, `drop index concurrently if exists "${name}"`);
    await runOutsideTransaction(client, statement);
  }
}

async function readStatements(folder: string): Promise<string[]> {
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
