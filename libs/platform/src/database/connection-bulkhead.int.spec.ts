/** Work that waits for a locked table leaves connections of the pool to other work. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type PoolClient } from 'pg';
import { commonDatabaseUrl } from '../../../../test/support/service-urls';
import { FairPool } from './fair-pool';

const SIZE = 8;
const SLOW_MS = 1_000;
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

/** Statements of one kind that wait until the operator lets go. */
function waitForLock(name: string, count: number): Promise<PromiseSettledResult<unknown>[]> {
  kind = name;
  const statement = `select pg_advisory_xact_lock_shared(${LOCK})`;
  return Promise.allSettled(Array.from({ length: count }, () => pool.query(statement)));
}

/** A statement of each kind waits for a second; afterwards the lock is held as before. */
async function makeSlow(kinds: readonly string[]): Promise<void> {
  const slow = kinds.map((name) => waitForLock(name, 1));
  await delay(SLOW_MS + 100);
  await operator.query('select pg_advisory_unlock_all()');
  await Promise.all(slow);
  await operator.query('select pg_advisory_lock($1)', [LOCK]);
}

async function connectionOf(name: string): Promise<PoolClient> {
  kind = name;
  return pool.connect();
}

it('the last quarter of the connections is for kinds of work that hold none', async () => {
  const locked = waitForLock('locked', 20);
  await delay(100);
  expect(pool.figures).toMatchObject({ used: 6, waiting: 14 });
  const others = await Promise.all([connectionOf('other'), connectionOf('another')]);
  for (const client of others) client.release();
  await operator.query('select pg_advisory_unlock_all()');
  expect((await locked).every(({ status }) => status === 'fulfilled')).toBe(true);
  expect(pool.figures).toMatchObject({ waiting: 0 });
});

it('kinds of work that are slow hold half of the connections together, or one each, also when their statements have ended', async () => {
  await makeSlow(['a', 'b']);
  const second = [waitForLock('a', 10), waitForLock('b', 10)];
  await delay(100);
  // One half, and one for the other kind, which would hold none.
  expect(pool.figures).toMatchObject({ used: SIZE / 2 + 1, waiting: 15 });
  const others = await Promise.all(['c', 'd', 'e'].map(connectionOf));
  for (const client of others) client.release();
  expect(pool.figures.waiting).toBe(15);
  await operator.query('select pg_advisory_unlock_all()');
  await Promise.all(second);
  await delay(RECOVERED_MS);
  await operator.query('select pg_advisory_lock($1)', [LOCK]);
  const third = waitForLock('a', 6);
  await delay(100);
  expect(pool.figures).toMatchObject({ used: 6, waiting: 0 });
  await operator.query('select pg_advisory_unlock_all()');
  await third;
});

it('names the kinds of work that have held a connection for seconds', async () => {
  const locked = [waitForLock('a', 1), waitForLock('b', 2)];
  await delay(SLOW_MS);
  expect(pool.figures.stuck).toEqual([]);
  await delay(SLOW_MS + 100);
  expect(pool.figures.stuck).toEqual(['a', 'b']);
  await operator.query('select pg_advisory_unlock_all()');
  await Promise.all(locked);
  expect(pool.figures.stuck).toEqual([]);
});

it('says which kind of work holds its share when one waits for too long', async () => {
  const locked = waitForLock('message:send', 7);
  const reasons = (await Promise.race([locked, delay(4_000)])) as undefined;
  expect(reasons).toBeUndefined();
  await operator.query('select pg_advisory_unlock_all()');
  const refused = (await locked).filter(({ status }) => status === 'rejected');
  expect(refused).toEqual([
    expect.objectContaining({
      reason: expect.objectContaining({
        message: expect.stringContaining('message:send is slow, and other work keeps its part'),
      }) as Error,
    }),
  ]);
});

it('a pool of two has one for what is not slow, for as long as the lock lasts', async () => {
  await pool.end();
  const settings = { connectionString: commonDatabaseUrl(), max: 2, connectionTimeoutMillis: 2_500 };
  pool = new FairPool(settings, () => ({ kind }));
  await makeSlow(['a', 'b']);
  const again = [waitForLock('a', 5), waitForLock('b', 5)];
  await delay(100);
  expect(pool.figures).toMatchObject({ used: 1, waiting: 9 });
  (await connectionOf('other')).release();
  await operator.query('select pg_advisory_unlock_all()');
  await Promise.all(again);
});

it('a pool of one connection serves all kinds, slow ones too', async () => {
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
  expect(pool.figures.waiting).toBe(0);
});
