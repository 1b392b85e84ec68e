/** ConnectionBulkhead: kinds of work that wait for a lock leave connections of the pool to other kinds. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type PoolClient } from 'pg';
import { waitUntil } from '../../../../../test/support/clients/client';
import { commonDatabaseUrl } from '../../../../../test/support/service-urls';
import { FairPool } from './fair-pool';

const SIZE = 8;
const SLOW_MS = 1_000;
const STUCK_MS = 2_000;
const RECOVERED_MS = 6_000;
const LOCK = 0x10_c4;

let pool: FairPool;
let operator: Client;
let kind: string | undefined;

beforeEach(async () => {
  kind = undefined;
  const settings = { connectionString: commonDatabaseUrl(), max: SIZE, connectionTimeoutMillis: 2_500 };
  pool = new FairPool(settings, () => ({ kind }));
  operator = new Client({ connectionString: commonDatabaseUrl() });
  await operator.connect();
  await operator.query('select pg_advisory_lock($1)', [LOCK]);
});
afterEach(async () => {
  await operator.end();
  await pool.end();
});

/** Starts statements of one kind that wait until the operator releases the lock. */
function waitForLock(name: string, count: number): Promise<PromiseSettledResult<unknown>[]> {
  kind = name;
  const statement = `select pg_advisory_xact_lock_shared(${LOCK})`;
  return Promise.allSettled(Array.from({ length: count }, () => pool.query(statement)));
}

/** Makes each kind slow by a statement that waits for a second; the operator holds the lock again afterwards. */
async function makeSlow(kinds: readonly string[]): Promise<void> {
  const slow = kinds.map((name) => waitForLock(name, 1));
  // The time in which a busy machine opens a connection does not count.
  await delay(SLOW_MS + 1_000);
  await operator.query('select pg_advisory_unlock_all()');
  await Promise.all(slow);
  await operator.query('select pg_advisory_lock($1)', [LOCK]);
}

async function connectionOf(name: string): Promise<PoolClient> {
  kind = name;
  return pool.connect();
}

it('reserves the last quarter of the pool for kinds that hold no connection', async () => {
  const locked = waitForLock('locked', 20);
  await delay(100);
  expect(pool.stats).toMatchObject({ used: 6, waiting: 14 });
  const others = await Promise.all([connectionOf('other'), connectionOf('another')]);
  for (const client of others) client.release();
  await operator.query('select pg_advisory_unlock_all()');
  expect((await locked).every(({ status }) => status === 'fulfilled')).toBe(true);
  expect(pool.stats).toMatchObject({ waiting: 0 });
});

it('slow kinds: hold half of the pool together, or one connection each, until they have recovered', async () => {
  await makeSlow(['a', 'b']);
  const second = [waitForLock('a', 10), waitForLock('b', 10)];
  await delay(100);
  // Half of the pool, and one connection for the other slow kind, which holds none.
  expect(pool.stats).toMatchObject({ used: SIZE / 2 + 1, waiting: 15 });
  const others = await Promise.all(['c', 'd', 'e'].map(connectionOf));
  for (const client of others) client.release();
  expect(pool.stats.waiting).toBe(15);
  await operator.query('select pg_advisory_unlock_all()');
  await Promise.all(second);
  await delay(RECOVERED_MS);
  await operator.query('select pg_advisory_lock($1)', [LOCK]);
  const third = waitForLock('a', 6);
  await delay(100);
  expect(pool.stats).toMatchObject({ used: 6, waiting: 0 });
  await operator.query('select pg_advisory_unlock_all()');
  await third;
});

it('stuckKinds: names the kinds that have held a connection for two seconds', async () => {
  const startedAt = performance.now();
  const locked = [waitForLock('a', 1), waitForLock('b', 2)];
  await waitUntil(() => pool.stats.stuckKinds.length > 0, 'a kind is stuck');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(STUCK_MS);
  await waitUntil(() => pool.stats.stuckKinds.length === 2, 'both kinds are stuck');
  expect(pool.stats.stuckKinds).toEqual(['a', 'b']);
  await operator.query('select pg_advisory_unlock_all()');
  await Promise.all(locked);
  expect(pool.stats.stuckKinds).toEqual([]);
});

it('timeout of a slow kind: the error names the kind', async () => {
  const locked = waitForLock('message:send', 7);
  const reasons = (await Promise.race([locked, delay(4_000)])) as undefined;
  expect(reasons).toBeUndefined();
  await operator.query('select pg_advisory_unlock_all()');
  const refused = (await locked).filter(({ status }) => status === 'rejected');
  expect(refused).toEqual([
    expect.objectContaining({
      reason: expect.objectContaining({
        message: expect.stringContaining('message:send is slow, so other work has priority'),
      }) as Error,
    }),
  ]);
});

it('pool of two connections: reserves one for kinds that are not slow', async () => {
  await pool.end();
  const settings = { connectionString: commonDatabaseUrl(), max: 2, connectionTimeoutMillis: 2_500 };
  pool = new FairPool(settings, () => ({ kind }));
  await makeSlow(['a', 'b']);
  const slow = [waitForLock('a', 5), waitForLock('b', 5)];
  await delay(100);
  expect(pool.stats).toMatchObject({ used: 1, waiting: 9 });
  (await connectionOf('other')).release();
  await operator.query('select pg_advisory_unlock_all()');
  await Promise.all(slow);
});

it('pool of one connection: serves all kinds, also slow ones', async () => {
  await pool.end();
  const settings = { connectionString: commonDatabaseUrl(), max: 1, connectionTimeoutMillis: 2_500 };
  pool = new FairPool(settings, () => ({ kind }));
  const slow = waitForLock('slow', 2);
  await delay(SLOW_MS + 100);
  await operator.query('select pg_advisory_unlock_all()');
  await slow;
  kind = 'other';
  await pool.query('select 1');
  kind = 'slow';
  await pool.query('select 1');
  expect(pool.stats.waiting).toBe(0);
});
