/** Notifications in PostgreSQL: repeats collapse, nothing counts twice, a bounded number stays, and all is found by an index. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { fc } from '../../../../test/support/properties';
import { createMigratedDatabase, type TestDatabase } from '../../../../test/support/postgres';
import { type Arriving, ArrivalsRepository } from './arrivals.repository';
import { NotificationRetention } from './notification-retention';
import { NotificationsRepository } from './notifications.repository';

const NOW = new Date('2030-06-01T12:00:00.000Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const HOUR = 3_600_000;

let storage: TestDatabase;
let databases: Database[];
let west: ArrivalsRepository;
let east: ArrivalsRepository;
let repository: NotificationsRepository;

beforeAll(async () => {
  storage = await createMigratedDatabase();
  const options = { url: storage.url, dataDir: '', poolSize: 10, migrationsFolder: 'apps/server/migrations' };
  databases = [new Database(options), new Database(options)];
  await Promise.all(databases.map((database) => database.open()));
  [west, east] = databases.map((database) => new ArrivalsRepository(database)) as [typeof west, typeof east];
  repository = new NotificationsRepository(first());
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

const notice = (userId: string, over: Partial<Arriving> = {}): Arriving => ({
  userId,
  kind: 'quest',
  title: 'A quest',
  expiresAt: later(HOUR),
  ...over,
});
const upTo = (last: number, from = 1): [number, ...number[]] => {
  const [head = from, ...tail] = Array.from({ length: last - from + 1 }, (_, index) => from + index);
  return [head, ...tail];
};
const listOf = (userId: string, now = NOW) => repository.page(userId, now, { limit: 500 });
const shown = async (userId: string, now = NOW) =>
  (await listOf(userId, now)).map(({ title, count }) => [title, count]);

describe('what arrives', () => {
  it('is given back as it was', async () => {
    const anna = randomUUID();
    const given = notice(anna, { body: '<b>\u{1F600}\n', data: { a: [1, null], 'b"': 'ü' }, key: `x' "y" z` });
    const [stored] = await west.store([given], NOW);
    const { kind, title, body, data, expiresAt } = given;
    expect(await listOf(anna)).toEqual([
      {
        ...{ id: stored?.id, userId: anna, kind, title, body, data, count: 1, position: stored?.position },
        ...{ createdAt: NOW, expiresAt, readAt: null },
      },
    ]);
  });

  it('collapses under its key: the unread one is renewed, with its id, and comes to the top', async () => {
    const anna = randomUUID();
    const [old] = await west.store([notice(anna, { key: 'k', title: 'old', body: 'gone' })], NOW);
    await west.store([notice(anna, { title: 'between' })], NOW);
    await west.store([notice(anna, { key: 'other' })], NOW);
    const [renewed] = await east.store(
      [notice(anna, { key: 'k', title: 'new', expiresAt: later(9 * HOUR) })],
      later(1),
    );
    expect(renewed).toMatchObject({
      id: old?.id,
      title: 'new',
      body: null,
      count: 2,
      createdAt: later(1),
      inserted: false,
    });
    expect(await shown(anna)).toEqual([
      ['new', 2],
      ['A quest', 1],
      ['between', 1],
    ]);
    expect(await repository.countUnread(anna, NOW)).toBe(3);
    expect(await repository.countUnread(anna, later(2 * HOUR))).toBe(1);
  });

  it.each([
    ['read', (userId: string) => repository.markRead(userId, NOW), NOW],
    ['expired', async () => undefined, later(HOUR)],
  ])('begins anew where the one under its key is %s', async (_, lapse, now) => {
    const anna = randomUUID();
    const [old] = await west.store([notice(anna, { key: 'k' })], NOW);
    await lapse(anna);
    const [fresh] = await west.store([notice(anna, { key: 'k', expiresAt: later(3 * HOUR) })], now);
    expect(fresh).toMatchObject({ count: 1, readAt: null });
    expect(fresh?.id).not.toBe(old?.id);
    expect((await listOf(anna, now)).map(({ id }) => id)).toEqual([fresh?.id]);
  });

  it('counts an occurrence once, whoever tells of it, how often, and in which order', async () => {
    const stretch = fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 12 }));
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { minLength: 1, maxLength: 6 }), async (stretches) => {
        const anna = randomUUID();
        let told = 0;
        // Each begins where it is known already or right after it, as a publisher that takes over does.
        for (const [back, length] of stretches) {
          const from = Math.max(1, told + 1 - back);
          const occurrences = upTo(from + length - 1, from);
          const sends = [west, east].map((node) => node.store([notice(anna, { key: 'k', occurrences })], NOW));
          const changed = (await Promise.all(sends)).flat();
          const newest = from + length - 1;
          expect(changed).toHaveLength(newest > told ? 1 : 0);
          told = Math.max(told, newest);
        }
        expect(await shown(anna)).toEqual([['A quest', told]]);
      }),
      { numRuns: 25 },
    );
  });

  it('does not come back by a repeat when it was read', async () => {
    const anna = randomUUID();
    await west.store([notice(anna, { key: 'k', occurrences: upTo(3) })], NOW);
    expect(await repository.markKeyRead(anna, 'k', NOW, 2)).toEqual([]);
    expect(await repository.markKeyRead(anna, 'k', NOW, 3)).toHaveLength(1);
    expect(await east.store([notice(anna, { key: 'k', occurrences: upTo(3) })], NOW)).toEqual([]);
    expect(await repository.countUnread(anna, NOW)).toBe(0);
    expect(await east.store([notice(anna, { key: 'k', occurrences: upTo(5, 2) })], NOW)).toMatchObject([{ count: 2 }]);
  });

  it('by many at once, for the same users, while they read, waits for nobody for good', async () => {
    const users = Array.from({ length: 40 }, () => randomUUID());
    const rounds = Array.from({ length: 20 }, (_, n) => {
      const all = users.map((user) => notice(user, { key: 'k' }));
      return (n % 2 ? west : east).store(n % 3 ? all : all.toReversed(), NOW);
    });
    await Promise.all(rounds);
    for (const user of users) expect(await shown(user)).toEqual([['A quest', 20]]);
    const keys = Array.from({ length: 40 }, (_, n) => `k${n}`);
    const [anna = ''] = users;
    const crossing = Array.from({ length: 20 }, (_, n) => {
      if (n % 4 === 3) return repository.markRead(anna, NOW);
      return (n % 2 ? west : east).store(
        (n % 3 ? keys : keys.toReversed()).map((key) => notice(anna, { key, actorId: users[1] ?? '' })),
        NOW,
      );
    });
    await Promise.all([...crossing, repository.forget(users[1] ?? '')]);
  });
});

it('leaves a user so many: read ones go first, then expired and old ones, and nobody else’s', async () => {
  const [anna, ben] = [randomUUID(), randomUUID()];
  for (const title of ['1', '2', '3', '4', '5', '6']) await west.store([notice(anna, { title })], NOW);
  await west.store([notice(ben, { title: 'his' })], NOW);
  const [newest] = await listOf(anna);
  await repository.markRead(anna, NOW, newest?.id);
  await west.trim([anna, ben], 5, NOW);
  expect((await shown(anna)).flat()).toEqual(['5', 1, '4', 1, '3', 1, '2', 1, '1', 1]);
  await west.trim([anna, ben], 3, NOW);
  expect((await shown(anna)).map(([title]) => title)).toEqual(['5', '4', '3']);
  expect(await shown(ben)).toEqual([['his', 1]]);
});

it('is deleted when it has expired, in batches, on one node at a time', async () => {
  await first().db.execute(sql`truncate notifications`);
  const anna = randomUUID();
  const times = [-3, -2, -1, 0, 1];
  for (const ms of times) await west.store([notice(anna, { title: String(ms), expiresAt: later(ms) })], NOW);
  expect(await shown(anna)).toEqual([['1', 1]]);
  const retention = new NotificationRetention(first(), repository, { now: () => NOW.getTime() });
  const [, other] = databases;
  await other?.transaction(async () => {
    expect(await new NotificationsRepository(other).deleteExpired(new Date(0), 1)).toBe(0);
    expect(await retention.run(2)).toBe(0);
  });
  expect(await retention.run(2)).toBe(4);
  expect((await repository.keptFor(anna, 0, 10)).map(({ title }) => title)).toEqual(['1']);
});

it('goes with the account it is for, and with the one that caused it', async () => {
  const [anna, ben, cleo] = [randomUUID(), randomUUID(), randomUUID()];
  await west.store([notice(anna), notice(ben, { actorId: anna }), notice(ben, { actorId: cleo })], NOW);
  await repository.forget(anna);
  expect([(await listOf(anna)).length, (await listOf(ben)).length]).toEqual([0, 1]);
});

describe('PostgreSQL finds by an index', () => {
  const anna = randomUUID();

  beforeAll(async () => {
    await first().db.execute(sql`
      insert into notifications (user_id, kind, title, key, actor_id, created_at, expires_at, read_at)
      select case when n % 200 = 0 then ${anna}::uuid else md5('u' || n % 500)::uuid end, 'quest', 'A quest', 'key ' || n,
        case when n % 10 = 0 then md5('a' || n)::uuid end, ${NOW.toISOString()}, ${NOW.toISOString()}::timestamptz + (n - 2000) * interval '1 second',
        case when n % 5 <> 0 then now() end
      from generate_series(1, 40000) n`);
    await first().db.execute(sql`analyze notifications`);
  });

  const plan = async (query: { getSQL(): ReturnType<typeof sql> }): Promise<string> => {
    const { rows } = await first().db.execute<{ 'QUERY PLAN': string }>(sql`explain ${query.getSQL()}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it('a page, the newest or a further one', async () => {
    for (const before of [undefined, 20_000]) {
      const found = await plan(repository.pageQuery(anna, NOW, { limit: 50, before }));
      expect(found).toContain('Index Scan Backward using notifications_list');
      expect(found).not.toMatch(/Sort|Seq Scan/);
    }
  });

  it('what is unread, to show and to count', async () => {
    const page = await plan(repository.pageQuery(anna, NOW, { limit: 50, unread: true }));
    expect(page).toContain('notifications_unread');
    const unread = await plan(repository.unreadQuery(anna, NOW));
    expect(unread).toContain('notifications_unread');
    for (const found of [page, unread]) expect(found).not.toContain('Seq Scan');
  });

  it('what has expired, what is under a key, and what somebody caused', async () => {
    const expired = await plan(repository.expiredQuery(later(0), 100));
    expect(expired).toContain('notifications_expiry');
    expect(expired).not.toMatch(/Sort|Seq Scan/);
    const key = sql`select * from notifications where user_id = ${anna} and key = 'key 400'`;
    expect(await plan({ getSQL: () => key })).toContain('notifications_key');
    const caused = sql`delete from notifications where user_id = ${anna} or actor_id = ${anna}`;
    const found = await plan({ getSQL: () => caused });
    expect(found).toContain('notifications_actor');
    expect(found).not.toContain('Seq Scan');
  });
});
