/** The PostgreSQL and the Redis that all integration and end-to-end suites of a run have in common. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../libs/platform/src/database/embedded/embedded-postgres';
import { startRedis } from './redis-server';
import { whenProcessDies } from './watchdog';

/** How to end what runs. */
const stops: (() => Promise<void>)[] = [];

/**
 * Both are empty, private to this run, and named to the suites by TEST_DATABASE_URL and TEST_REDIS_URL. What suites leave
 * in TEST_FOLDER, because their process is killed at the end, is gone with them.
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

/** Stops all of them, also when stopping one fails. @throws the first failure. */
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
  // Where the tests run as root, PostgreSQL runs as another user, who must get in.
  chmodSync(folder, 0o755);
  process.env['TEST_FOLDER'] = folder;
  const dataDir = join(folder, 'postgres');
  const postmaster = `$(find ${dataDir} -name postmaster.pid -exec head -n 1 {} +)`;
  const forget = whenProcessDies(`kill -QUIT ${postmaster}; sleep 1; rm -rf ${folder}`);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    forget();
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
