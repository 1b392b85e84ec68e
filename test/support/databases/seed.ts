/** Fills tables for a test. */
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { Client } from 'pg';

/** Runs the statements without a timeout: on a busy machine, inserting many rows takes longer than the pool allows. */
export async function seed(url: string, ...statements: SQL[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) {
      const { sql: text, params } = new PgDialect().sqlToQuery(statement);
      await client.query(text, params);
    }
  } finally {
    await client.end();
  }
}
