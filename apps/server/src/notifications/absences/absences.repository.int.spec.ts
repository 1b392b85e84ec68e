/** Absences repository on a real database: one row per user with the latest confirmed time, taken once. */
import { randomUUID } from 'node:crypto';

import { sql } from 'drizzle-orm';
import { waitUntil } from '../../../../../test/support/clients/client';
import { openDatabases, type OpenDatabases } from '../../../../../test/support/databases/open-databases';
import { AbsencesRepository } from './absences.repository';

const HOUR_MS = 3_600_000;

let storage: OpenDatabases;
let west: AbsencesRepository;
let east: AbsencesRepository;

beforeAll(async () => {
  storage = await openDatabases(2);
  [west, east] = storage.databases.map((database) => new AbsencesRepository(database)) as [typeof west, typeof east];
});
afterAll(() => storage.close());

const ended = (userId: string, confirmedUntil: number | null, openedMsAgo = 0) => ({
  userId,
  confirmedUntil,
  openedMsAgo,
});
const taken = async (userId: string): Promise<number[]> =>
  (await west.takePending([userId])).map(({ confirmedUntil }) => confirmedUntil.getTime());

async function now(): Promise<number> {
  const { rows } = await storage.database.db.execute<{ now: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  );
  return rows[0]?.now ?? NaN;
}

it('absences: the latest confirmed time of several connections of a user counts', async () => {
  const user = randomUUID();
  await west.record([ended(user, 5_000), ended(user, 7_000)]);
  await east.record([ended(user, 6_000)]);
  expect(await taken(user)).toEqual([7_000]);
  expect(await taken(user)).toEqual([]);
});

it('absences: a connection without deliveries counts from its opening, by the clock of the database', async () => {
  const user = randomUUID();
  const before = await now();
  await west.record([ended(user, null, HOUR_MS)]);
  const [confirmedUntil = NaN] = await taken(user);
  expect(confirmedUntil).toBeGreaterThanOrEqual(Math.floor(before) - HOUR_MS);
  expect(confirmedUntil).toBeLessThanOrEqual(Math.ceil(await now()) - HOUR_MS);
});

it('absences: recordUnreported records the detection time for unknown users, and keeps known confirmed times', async () => {
  const [known, unknown] = [randomUUID(), randomUUID()];
  await west.record([ended(known, 5_000)]);
  const before = await now();
  await east.recordUnreported([known, unknown], HOUR_MS);
  expect(await taken(known)).toEqual([5_000]);
  const [confirmedUntil = NaN] = await taken(unknown);
  expect(confirmedUntil).toBeGreaterThanOrEqual(Math.floor(before) - HOUR_MS);
});

it('absences: lockPending waits for the transaction that takes a user, and no longer finds the user then', async () => {
  const user = randomUUID();
  await west.record([ended(user, 5_000)]);
  expect([...(await east.lockPending([user, randomUUID()]))]).toEqual([user]);
  let found: Promise<ReadonlySet<string>> = Promise.resolve(new Set());
  await storage.database.transaction(async () => {
    await west.takePending([user]);
    found = east.lockPending([user]);
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await storage.database.db.execute(
        sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%notification_absences%'`,
      );
      return rows.length > 0;
    };
    await waitUntil(isWaiting, 'the other node waits');
  });
  expect([...(await found)]).toEqual([]);
});

it('absences: removeReturned deletes overdue users, unless another connection has ended since', async () => {
  const [user, other] = [randomUUID(), randomUUID()];
  await west.record([ended(user, 5_000), ended(other, 5_000)]);
  expect(await west.findOverdue(HOUR_MS, 10)).toEqual([]);
  await storage.database.db.execute(sql`update notification_absences set ended_at = ended_at - interval '2 hours'`);
  expect((await west.findOverdue(HOUR_MS, 10)).sort()).toEqual([user, other].sort());
  expect(await west.findOverdue(HOUR_MS, 1)).toHaveLength(1);
  await east.record([ended(other, 4_000)]);
  await west.removeReturned([user, other], HOUR_MS);
  expect(await taken(user)).toEqual([]);
  expect(await taken(other)).toEqual([5_000]);
});
