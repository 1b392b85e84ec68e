/** Reads notifications and keeps what became of them. One that has expired is there for nobody any more. */
import { Injectable } from '@nestjs/common';
import { Database, type Placeholders, prepared } from '@aeturnis/platform';
import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, or, type Placeholder, sql } from 'drizzle-orm';
import type { StoredNotification } from './notification';
import { notifications } from './notifications.schema';

const { id, userId, kind, title, body, data, count, position, createdAt, expiresAt, readAt } = notifications;
const COLUMNS = { id, userId, kind, title, body, data, count, position, createdAt, expiresAt, readAt };

/** Or what stands for it in a query that is prepared. */
type Given<Value> = Value | Placeholder<string, Value>;

interface Page<Limit = number> {
  readonly limit: Limit;
  /** Those before this position. */
  readonly before?: number | undefined;
  readonly unread?: boolean;
}

@Injectable()
export class NotificationsRepository {
  constructor(private readonly database: Database) {}

  /** The newest first. */
  async page(user: string, now: Date, page: Page): Promise<StoredNotification[]> {
    const { limit, before, unread = false } = page;
    if (before !== undefined) return this.pageQuery(user, now, page);
    return NEWEST[unread ? 'unread' : 'all'](this.database.db, { user, now, limit });
  }

  /** The statement behind `page`, so that a test can ask PostgreSQL how it would run. */
  pageQuery(user: string, now: Date, page: Page) {
    return pageOf(this.database.db, user, now, page);
  }

  async countUnread(user: string, now: Date): Promise<number> {
    const [row] = await this.unreadQuery(user, now);
    return row?.unread ?? 0;
  }

  /** As `pageQuery`. */
  unreadQuery(user: string, now: Date) {
    return this.database.db
      .select({ unread: sql<number>`count(*)::int` })
      .from(notifications)
      .where(and(living(user, now), isNull(readAt)));
  }

  /** False where the user has no such notification. */
  async exists(user: string, one: string, now: Date): Promise<boolean> {
    const rows = await this.database.db
      .select({ id })
      .from(notifications)
      .where(and(living(user, now), eq(id, one)));
    return rows.length > 0;
  }

  /** @returns the ids of those that were unread: of this one, or of all. */
  async markRead(user: string, now: Date, one?: string): Promise<string[]> {
    return this.mark(now, and(living(user, now), one === undefined ? undefined : eq(id, one)));
  }

  /** The one under this key, if it tells of nothing after `upTo`. @returns as `markRead`. */
  async markKeyRead(user: string, key: string, now: Date, upTo?: number): Promise<string[]> {
    const passed = upTo === undefined ? undefined : lte(notifications.newest, upTo);
    return this.mark(now, and(living(user, now), eq(notifications.key, key), passed));
  }

  /** Those under these keys, whatever they tell of. @returns the ids of those that were unread, by user. */
  async markKeysRead(keys: readonly { userId: string; key: string }[], now: Date): Promise<Map<string, string[]>> {
    const users = sql.param(keys.map((each) => each.userId));
    const names = sql.param(keys.map((each) => each.key));
    const { rows } = await this.database.db.execute<{ userId: string; ids: string[] }>(sql`
      with locked as (
        select kept.id from unnest(${users}::uuid[], ${names}::text[]) as given (user_id, key)
        join ${notifications} as kept on kept.user_id = given.user_id and kept.key = given.key
        where kept.read_at is null and kept.expires_at > ${now.toISOString()}::timestamptz
        order by kept.user_id, kept.key for update of kept
      ), marked as (
        update ${notifications} as kept set read_at = ${now.toISOString()}::timestamptz
        from locked where kept.id = locked.id returning kept.id, kept.user_id
      )
      select user_id as "userId", array_agg(id) as ids from marked group by user_id`);
    return new Map(rows.map((row) => [row.userId, row.ids]));
  }

  /** A user without any is absent. */
  async countUnreadOfEach(users: readonly string[], now: Date): Promise<Map<string, number>> {
    const rows = await this.database.db
      .select({ userId, unread: sql<number>`count(*)::int` })
      .from(notifications)
      .where(and(inArray(userId, [...users]), gt(expiresAt, now), isNull(readAt)))
      .groupBy(userId);
    return new Map(rows.map((row) => [row.userId, row.unread]));
  }

  /** Everything that is kept for the user, oldest first, after a position. */
  async keptFor(user: string, after: number, limit: number): Promise<StoredNotification[]> {
    return this.database.db
      .select(COLUMNS)
      .from(notifications)
      .where(and(eq(userId, user), gt(position, after)))
      .orderBy(asc(position))
      .limit(limit);
  }

  /** Removes what is kept for the user, and what the user caused for others; at most so many. @returns how many. */
  async forget(user: string, most?: number): Promise<number> {
    const locked = this.locked(or(eq(userId, user), eq(notifications.actorId, user)));
    const theirs = most === undefined ? locked : locked.limit(most);
    return (await this.database.db.delete(notifications).where(inArray(id, theirs)).returning({ id })).length;
  }

  /**
   * Deletes up to `limit` that have expired and answers how many; none while another node is in a transaction that does
   * so. Call inside a transaction.
   */
  async deleteExpired(now: Date, limit: number): Promise<number> {
    const { db } = this.database;
    const claim = sql`select pg_try_advisory_xact_lock(hashtextextended('notifications:retention', 0)) as claimed`;
    const { rows } = await db.execute<{ claimed: boolean }>(claim);
    if (rows[0]?.claimed !== true) return 0;
    return (
      await db
        .delete(notifications)
        .where(inArray(id, this.expiredQuery(now, limit)))
        .returning({ id })
    ).length;
  }

  /** As `pageQuery`. */
  expiredQuery(now: Date, limit: number) {
    return (
      this.database.db
        .select({ id })
        .from(notifications)
        .where(lte(expiresAt, now))
        .orderBy(asc(expiresAt))
        .limit(limit)
        // Whoever renews one of them is not waited for.
        .for('update', { skipLocked: true })
    );
  }

  private async mark(now: Date, which: ReturnType<typeof and>): Promise<string[]> {
    const rows = await this.database.db
      .update(notifications)
      .set({ readAt: now })
      .where(inArray(id, this.locked(and(which, isNull(readAt)))))
      .returning({ id });
    return rows.map((row) => row.id);
  }

  // In the order in which those that arrive are stored, so that no two wait for each other.
  private locked(which: ReturnType<typeof and>) {
    const { db } = this.database;
    return db
      .select({ id })
      .from(notifications)
      .where(which)
      .orderBy(asc(userId), asc(notifications.key))
      .for('update')
      .$dynamic();
  }
}

const living = (user: Given<string>, now: Given<Date>) => and(eq(userId, user), gt(expiresAt, now));

function pageOf(
  db: Database['db'],
  user: Given<string>,
  now: Given<Date>,
  { limit, before, unread = false }: Page<Given<number>>,
) {
  const further = before === undefined ? undefined : lt(position, before);
  return db
    .select(COLUMNS)
    .from(notifications)
    .where(and(living(user, now), further, unread ? isNull(readAt) : undefined))
    .orderBy(desc(position))
    .limit(limit);
}

const newest = (unread: boolean) =>
  prepared((db, { user, now, limit }: Placeholders<{ user: string; now: Date; limit: number }>) =>
    pageOf(db, user, now, { limit, unread }),
  );

/** What is read whenever somebody connects or looks. */
const NEWEST = { all: newest(false), unread: newest(true) };
