/** Notifications on PostgreSQL: renewal by key, occurrences that count once, trimming, retention, and the use of indexes. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { fc } from '../../../../test/support/properties';
import { openDatabases, type OpenDatabases } from '../../../../test/support/databases/open-databases';
import { seed } from '../../../../test/support/databases/seed';
import { type NewNotification, NotificationUpsertsRepository } from './notification-upserts.repository';
import { NotificationRetention } from './notification-retention';
import { NotificationsRepository } from './notifications.repository';

const NOW = new Date('2030-06-01T12:00:00.000Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const HOUR = 3_600_000;

let storage: OpenDatabases;
let west: NotificationUpsertsRepository;
let east: NotificationUpsertsRepository;
let repository: NotificationsRepository;

beforeAll(async () => {
  storage = await openDatabases(2, 10);
  [west, east] = storage.databases.map((database) => new NotificationUpsertsRepository(database)) as [
    typeof west,
    typeof east,
  ];
  repository = new NotificationsRepository(storage.database);
});
afterAll(() => storage.close());

const notice = (userId: string, overrides: Partial<NewNotification> = {}): NewNotification => ({
  userId,
  kind: 'quest',
  title: 'A quest',
  expiresAt: later(HOUR),
  ...overrides,
});
/** The numbers from `first` to `last`. */
const range = (first: number, last: number): [number, ...number[]] => [
  first,
  ...Array.from({ length: last - first }, (_, index) => first + index + 1),
];
const listOf = (userId: string, now = NOW) => repository.page(userId, now, { limit: 500 });
/** Title and count of the user's notifications, the newest first. */
const shown = async (userId: string, now = NOW) =>
  (await listOf(userId, now)).map(({ title, count }) => [title, count]);

describe('upsert', () => {
  it('stores a notification unchanged', async () => {
    const anna = randomUUID();
    const given = notice(anna, { body: '<b>\u{1F600}\n', data: { a: [1, null], 'b"': 'ü' }, key: `x' "y" z` });
    const [stored] = await west.upsert([given], NOW);
    const { kind, title, body, data, expiresAt } = given;
    const generated = { id: stored?.id, count: 1, position: stored?.position, createdAt: NOW, readAt: null };
    expect(await listOf(anna)).toEqual([{ userId: anna, kind, title, body, data, expiresAt, ...generated }]);
  });

  it('renews the unread notification under its key: it keeps its id and moves to the top', async () => {
    const anna = randomUUID();
    const [old] = await west.upsert([notice(anna, { key: 'k', title: 'old', body: 'outdated' })], NOW);
    await west.upsert([notice(anna, { title: 'between' })], NOW);
    await west.upsert([notice(anna, { key: 'other' })], NOW);
    const [renewed] = await east.upsert(
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
  ])('inserts a new notification when the one under its key is %s', async (_, readOrExpire, now) => {
    const anna = randomUUID();
    const [old] = await west.upsert([notice(anna, { key: 'k' })], NOW);
    await readOrExpire(anna);
    const [fresh] = await west.upsert([notice(anna, { key: 'k', expiresAt: later(3 * HOUR) })], now);
    expect(fresh).toMatchObject({ count: 1, readAt: null });
    expect(fresh?.id).not.toBe(old?.id);
    expect((await listOf(anna, now)).map(({ id }) => id)).toEqual([fresh?.id]);
  });

  it('counts an occurrence once, also when two nodes send overlapping ranges repeatedly', async () => {
    const overlapAndLength = fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 12 }));
    await fc.assert(
      fc.asyncProperty(fc.array(overlapAndLength, { minLength: 1, maxLength: 6 }), async (ranges) => {
        const anna = randomUUID();
        let counted = 0;
        // A range overlaps the counted ones or starts right after them, as when another node continues to publish.
        for (const [overlap, length] of ranges) {
          const from = Math.max(1, counted + 1 - overlap);
          const newest = from + length - 1;
          const occurrences = range(from, newest);
          const sends = [west, east].map((node) => node.upsert([notice(anna, { key: 'k', occurrences })], NOW));
          const changed = (await Promise.all(sends)).flat();
          expect(changed).toHaveLength(newest > counted ? 1 : 0);
          counted = Math.max(counted, newest);
        }
        expect(await shown(anna)).toEqual([['A quest', counted]]);
      }),
      { numRuns: 25 },
    );
  });

  it('does not insert a read notification again for occurrences that were counted', async () => {
    const anna = randomUUID();
    await west.upsert([notice(anna, { key: 'k', occurrences: range(1, 3) })], NOW);
    expect(await repository.markKeyRead(anna, 'k', NOW, 2)).toEqual([]);
    expect(await repository.markKeyRead(anna, 'k', NOW, 3)).toHaveLength(1);
    expect(await east.upsert([notice(anna, { key: 'k', occurrences: range(1, 3) })], NOW)).toEqual([]);
    expect(await repository.countUnread(anna, NOW)).toBe(0);
    const partlyNew = notice(anna, { key: 'k', occurrences: range(2, 5) });
    expect(await east.upsert([partlyNew], NOW)).toMatchObject([{ count: 2 }]);
  });

  it('does not deadlock with concurrent upserts, reads and deletions for the same users', async () => {
    const users = Array.from({ length: 40 }, () => randomUUID());
    const rounds = Array.from({ length: 20 }, (_, n) => {
      const all = users.map((user) => notice(user, { key: 'k' }));
      return (n % 2 ? west : east).upsert(n % 3 ? all : all.toReversed(), NOW);
    });
    await Promise.all(rounds);
    for (const user of users) expect(await shown(user)).toEqual([['A quest', 20]]);
    const keys = Array.from({ length: 40 }, (_, n) => `k${n}`);
    const [anna = ''] = users;
    const concurrent = Array.from({ length: 20 }, (_, n) => {
      if (n % 4 === 3) return repository.markRead(anna, NOW);
      return (n % 2 ? west : east).upsert(
        (n % 3 ? keys : keys.toReversed()).map((key) => notice(anna, { key, actorId: users[1] ?? '' })),
        NOW,
      );
    });
    await Promise.all([...concurrent, repository.deleteInvolving(users[1] ?? '')]);
  });
});

it('trim deletes read notifications first, then the oldest, and none of other users', async () => {
  const [anna, ben] = [randomUUID(), randomUUID()];
  for (const title of ['1', '2', '3', '4', '5', '6']) await west.upsert([notice(anna, { title })], NOW);
  await west.upsert([notice(ben, { title: 'his' })], NOW);
  const [newest] = await listOf(anna);
  await repository.markRead(anna, NOW, newest?.id);
  await west.trim([anna, ben], 5, NOW);
  expect((await shown(anna)).map(([title]) => title)).toEqual(['5', '4', '3', '2', '1']);
  await west.trim([anna, ben], 3, NOW);
  expect((await shown(anna)).map(([title]) => title)).toEqual(['5', '4', '3']);
  expect(await shown(ben)).toEqual([['his', 1]]);
});

it('retention deletes expired notifications in batches, on one node at a time', async () => {
  await storage.database.db.execute(sql`truncate notifications`);
  const anna = randomUUID();
  const times = [-3, -2, -1, 0, 1];
  for (const ms of times) await west.upsert([notice(anna, { title: String(ms), expiresAt: later(ms) })], NOW);
  expect(await shown(anna)).toEqual([['1', 1]]);
  const retention = new NotificationRetention(storage.database, repository, { now: () => NOW.getTime() });
  const [, other] = storage.databases;
  // The deletion holds the lock of retention until the end of its transaction.
  await other?.transaction(async () => {
    expect(await new NotificationsRepository(other).deleteExpired(new Date(0), 1)).toBe(0);
    expect(await retention.run(2)).toBe(0);
  });
  expect(await retention.run(2)).toBe(4);
  expect((await repository.pageForExport(anna, 0, 10)).map(({ title }) => title)).toEqual(['1']);
});

it('deleteInvolving deletes the notifications that a user received or caused', async () => {
  const [anna, ben, cleo] = [randomUUID(), randomUUID(), randomUUID()];
  await west.upsert([notice(anna), notice(ben, { actorId: anna }), notice(ben, { actorId: cleo })], NOW);
  await repository.deleteInvolving(anna);
  expect([(await listOf(anna)).length, (await listOf(ben)).length]).toEqual([0, 1]);
});

describe('PostgreSQL uses an index for', () => {
  const anna = randomUUID();

  beforeAll(async () => {
    const rows = sql`
      insert into notifications (user_id, kind, title, key, actor_id, created_at, expires_at, read_at)
      select case when n % 200 = 0 then ${anna}::uuid else md5('u' || n % 500)::uuid end, 'quest', 'A quest', 'key ' || n,
        case when n % 10 = 0 then md5('a' || n)::uuid end, ${NOW.toISOString()}, ${NOW.toISOString()}::timestamptz + (n - 2000) * interval '1 second',
        case when n % 5 <> 0 then now() end
      from generate_series(1, 40000) n`;
    await seed(storage.url, rows, sql`analyze notifications`);
  }, 60_000);

  const plan = async (query: { getSQL(): ReturnType<typeof sql> }): Promise<string> => {
    const { rows } = await storage.database.db.execute<{ 'QUERY PLAN': string }>(sql`explain ${query.getSQL()}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it('the newest page, and one before a position', async () => {
    for (const before of [undefined, 20_000]) {
      const found = await plan(repository.pageQuery(anna, NOW, { limit: 50, before }));
      expect(found).toContain('Index Scan Backward using notifications_list');
      expect(found).not.toMatch(/Sort|Seq Scan/);
    }
  });

  it('the page and the count of unread notifications', async () => {
    const page = await plan(repository.pageQuery(anna, NOW, { limit: 50, unread: true }));
    expect(page).toContain('notifications_unread');
    const unread = await plan(repository.unreadQuery(anna, NOW));
    expect(unread).toContain('notifications_unread');
    for (const found of [page, unread]) expect(found).not.toContain('Seq Scan');
  });

  it('expired notifications, a key, and an actor', async () => {
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
