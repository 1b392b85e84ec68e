/** Fills a new column of existing rows in small transactions, so that each holds its locks only briefly. */
import type { Database } from '@aeturnis/platform';

const BATCH = 200;

export interface Backfill<Row> {
  /** At most so many rows without a value, locked until the transaction ends. */
  missing: (limit: number) => Promise<readonly Row[]>;
  /** Gives one row its value. */
  fill: (row: Row) => Promise<void>;
  /** Whether the server is stopping: the rest is filled in at the next start. */
  isStopped: () => boolean;
}

export async function backfill<Row>(database: Database, { missing, fill, isStopped }: Backfill<Row>): Promise<void> {
  for (let count = BATCH; count === BATCH && !isStopped();) {
    count = await database.transaction(async () => {
      const rows = await missing(BATCH);
      for (const row of rows) await fill(row);
      return rows.length;
    });
  }
}
