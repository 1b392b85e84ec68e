/** A PostgreSQL of the benchmark's own, as the product brings one, with the product's tables and nothing in them. */
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@aeturnis/platform';
import { migrateDatabase } from '../../libs/platform/src/database/migrations';
import { runningPostmaster } from '../../libs/platform/src/database/embedded/postmaster';
import { whenProcessDies } from '../../test/support/watchdog';

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aeturnis-bench-'));
  // Where this runs as root, PostgreSQL runs as another user, who must get in.
  chmodSync(folder, 0o755);
  const postmaster = `$(find ${folder} -name postmaster.pid -exec head -n 1 {} +)`;
  const forget = whenProcessDies(`kill -QUIT ${postmaster}; sleep 1; rm -rf ${folder}`);
  const postgres = await EmbeddedPostgres.start({ dataDir: folder });
  await migrateDatabase(postgres.url, join(__dirname, '..', '..', 'apps', 'server', 'migrations'));
  const found = await runningPostmaster(join(folder, 'postgres'));
  const stop = async (): Promise<void> => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
    forget();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('disconnect', () => void stop());
  process.send?.({ url: postgres.url, pid: found?.pid });
}

void main();
