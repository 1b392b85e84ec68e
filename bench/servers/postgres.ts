/** Starts a private PostgreSQL, the one embedded in the product, with the product's tables, all empty. */
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@aeturnis/platform';
import { migrateDatabase } from '../../libs/platform/src/database/migrations/migrations';
import { findRunningPostmaster } from '../../libs/platform/src/database/embedded/postmaster';
import { runOnProcessDeath } from '../../test/support/watchdog';

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aeturnis-bench-'));
  // When this process is root, PostgreSQL runs as another user, which needs access to the folder.
  chmodSync(folder, 0o755);
  const postmaster = `$(find ${folder} -name postmaster.pid -exec head -n 1 {} +)`;
  const cancelWatchdog = runOnProcessDeath(`kill -QUIT ${postmaster}; sleep 1; rm -rf ${folder}`);
  const postgres = await EmbeddedPostgres.start({ dataDir: folder });
  await migrateDatabase(postgres.url, join(__dirname, '..', '..', 'apps', 'server', 'migrations'));
  const postmasterProcess = await findRunningPostmaster(join(folder, 'postgres'));
  const stop = async (): Promise<void> => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
    cancelWatchdog();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('disconnect', () => void stop());
  process.send?.({ url: postgres.url, pid: postmasterProcess?.pid });
}

void main();
