/** Users who have just gone, in PostgreSQL: one row for each, of what has arrived at most, and decided on once. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { until } from '../../../../test/support/client';
import { createMigratedDatabase, type TestDatabase } from '../../../../test/support/postgres';
import { AbsencesRepository } from './absences.repository';

const HOUR_MS = 3_600_000;

let storage: TestDatabase;
let databases: Database[];
let west: AbsencesRepository;
let east: AbsencesRepository;

beforeAll(async () => {
  storage = await createMigratedDatabase();
  const options = { url: storage.url, dataDir: '', poolSize: 5, migrationsFolder: 'apps/server/migrations' };
  databases = [new Database(options), new Database(options)];
  await Promise.all(databases.map((database) => database.open()));
  [west, east] = databases.map((database) => new AbsencesRepository(database)) as [typeof west, typeof east];
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await storage.drop();
});

function first(): Database {
  const [database] = databases;
  if (!database) throw new Error('no database');
  return database;
}

const ended = (userId: string, confirmedUntil: number | null, openedMsAgo = 0) => ({
  userId,
  confirmedUntil,
  openedMsAgo,
});
const taken = async (userId: string): Promise<number[]> =>
  (await west.take([userId])).map(({ confirmedUntil }) => confirmedUntil.getTime());

async function now(): Promise<number> {
  const { rows } = await first().db.execute<{ now: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  );
  return rows[0]?.now ?? NaN;
}

it('absences: of several connections of a user, the one counts by which the most has arrived', async () => {
  const user = randomUUID();
  await west.record([ended(user, 5_000), ended(user, 7_000)]);
  await east.record([ended(user, 6_000)]);
  expect(await taken(user)).toEqual([7_000]);
  expect(await taken(user)).toEqual([]);
});

it('absences: a connection that was written nothing counts from when it was opened, by the clock of the database', async () => {
  const user = randomUUID();
  const before = await now();
  await west.record([ended(user, null, HOUR_MS)]);
  const [confirmedUntil = NaN] = await taken(user);
  expect(confirmedUntil).toBeGreaterThanOrEqual(Math.floor(before) - HOUR_MS);
  expect(confirmedUntil).toBeLessThanOrEqual(Math.ceil(await now()) - HOUR_MS);
});

it('absences: of users whose node is gone the longest doubt is recorded, of others what is known', async () => {
  const [known, unknown] = [randomUUID(), randomUUID()];
  await west.record([ended(known, 5_000)]);
  const before = await now();
  await east.recordUnknown([known, unknown], HOUR_MS);
  expect(await taken(known)).toEqual([5_000]);
  const [confirmedUntil = NaN] = await taken(unknown);
  expect(confirmedUntil).toBeGreaterThanOrEqual(Math.floor(before) - HOUR_MS);
});

it('absences: a user is undecided until the transaction that decides has ended, and another one waits for it', async () => {
  const user = randomUUID();
  await west.record([ended(user, 5_000)]);
  expect([...(await east.undecided([user, randomUUID()]))]).toEqual([user]);
  let found: Promise<ReadonlySet<string>> = Promise.resolve(new Set());
  await first().transaction(async () => {
    await west.take([user]);
    found = east.undecided([user]);
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await first().db.execute(
        sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%notification_absences%'`,
      );
      return rows.length > 0;
    };
    await until(isWaiting, 'the other node waits');
  });
  expect([...(await found)]).toEqual([]);
});

it('absences: users are overdue after some time, and removed where no other connection has ended since', async () => {
  const [user, other] = [randomUUID(), randomUUID()];
  await west.record([ended(user, 5_000), ended(other, 5_000)]);
  expect(await west.overdue(HOUR_MS, 10)).toEqual([]);
  await first().db.execute(sql`update notification_absences set ended_at = ended_at - interval '2 hours'`);
  expect((await west.overdue(HOUR_MS, 10)).sort()).toEqual([user, other].sort());
  expect(await west.overdue(HOUR_MS, 1)).toHaveLength(1);
  await east.record([ended(other, 4_000)]);
  await west.removeReturned([user, other], HOUR_MS);
  expect(await taken(user)).toEqual([]);
  expect(await taken(other)).toEqual([5_000]);
});
