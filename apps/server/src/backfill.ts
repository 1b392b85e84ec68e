/** Fills a new column of existing rows in small transactions, so that each holds its locks only briefly. */
import type { Database } from '@aeturnis/platform';

const BATCH_SIZE = 200;

interface Backfill<Row> {
  /** Returns at most `limit` rows without a value, locked until the transaction ends. */
  findMissing: (limit: number) => Promise<readonly Row[]>;
  /** Writes the value of one row. */
  fillRow: (row: Row) => Promise<void>;
  /** Whether the server is stopping: the remaining rows are filled at the next start. */
  isStopped: () => boolean;
}

export async function backfill<Row>(
  database: Database,
  { findMissing, fillRow, isStopped }: Backfill<Row>,
): Promise<void> {
  for (let count = BATCH_SIZE; count === BATCH_SIZE && !isStopped();) {
    count = await database.transaction(async () => {
      const rows = await findMissing(BATCH_SIZE);
      for (const row of rows) await fillRow(row);
      return rows.length;
    });
  }
}
