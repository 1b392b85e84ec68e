// A PostgreSQL of the benchmark's own, on the core of the load, with a migrated database for each measurement.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('../../test/support/typescript.cjs');

/** `work` gets a function that makes databases: `{ url, drop }`. All of it has ended when this settles, or when this process has. */
export async function withPostgres(work) {
  const { startServices, stopServices } = require('../../test/support/services.ts');
  const { createMigratedDatabase } = require('../../test/support/postgres.ts');
  await startServices();
  try {
    return await work(createMigratedDatabase);
  } finally {
    await stopServices();
  }
}
