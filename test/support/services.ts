/** Starts the PostgreSQL and the Redis that all integration and end-to-end suites of a run share. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../libs/platform/src/database/embedded/embedded-postgres';
import { startRedis } from './redis/redis-server';
import { runOnProcessDeath } from './watchdog';

/** Functions that stop the running services. */
const stops: (() => Promise<void>)[] = [];

/**
 * Both are empty and private to this run; suites find them by TEST_DATABASE_URL and TEST_REDIS_URL. TEST_FOLDER, with the
 * files that killed suite processes leave behind, is removed with them.
 */
export async function startServices(): Promise<void> {
  try {
    process.env['TEST_REDIS_URL'] = await startCommonRedis();
    process.env['TEST_DATABASE_URL'] = await startCommonPostgres();
  } catch (error) {
    await stopServices();
    throw error;
  }
}

/** Stops all services, even if one fails to stop. @throws the first failure. */
export async function stopServices(): Promise<void> {
  const outcomes = await Promise.allSettled(stops.splice(0).map((stop) => stop()));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function startCommonRedis(): Promise<string> {
  const redis = await startRedis();
  stops.push(() => redis.stop());
  return redis.url;
}

async function startCommonPostgres(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'aeturnis-test-'));
  // When the tests run as root, PostgreSQL runs as another user, which needs access to the folder.
  chmodSync(folder, 0o755);
  process.env['TEST_FOLDER'] = folder;
  const dataDir = join(folder, 'postgres');
  const postmaster = `$(find ${dataDir} -name postmaster.pid -exec head -n 1 {} +)`;
  const cancelWatchdog = runOnProcessDeath(`kill -QUIT ${postmaster}; sleep 1; rm -rf ${folder}`);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    cancelWatchdog();
  };
  try {
    const postgres = await EmbeddedPostgres.start({ dataDir });
    stops.push(() => postgres.stop().finally(remove));
    return postgres.url;
  } catch (error) {
    remove();
    throw error;
  }
}
