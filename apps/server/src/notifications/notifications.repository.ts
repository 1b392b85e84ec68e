/** Reads notifications, marks them as read and deletes them. Queries for users leave out expired ones. */
import { Injectable } from '@nestjs/common';
import { Database, type Placeholders, cachedQuery } from '@aeturnis/platform';
import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, or, type Placeholder, sql } from 'drizzle-orm';
import type { StoredNotification } from './notification';
import { notifications } from './notifications.schema';

const { id, userId, kind, title, body, data, count, position, createdAt, expiresAt, readAt } = notifications;
const COLUMNS = { id, userId, kind, title, body, data, count, position, createdAt, expiresAt, readAt };

/** A value, or its placeholder in a prepared query. */
type OrPlaceholder<Value> = Value | Placeholder<string, Value>;

interface NotificationPageRequest<Limit = number> {
  readonly limit: Limit;
  /** Only notifications before this position. */
  readonly before?: number | undefined;
  readonly unread?: boolean;
}

@Injectable()
export class NotificationsRepository {
  constructor(private readonly database: Database) {}

  /** A page of unexpired notifications, the newest first. */
  async page(user: string, now: Date, page: NotificationPageRequest): Promise<StoredNotification[]> {
    const { limit, before, unread = false } = page;
    if (before !== undefined) return this.pageQuery(user, now, page);
    return NEWEST[unread ? 'unread' : 'all'](this.database.db, { user, now, limit });
  }

  /** The statement of `page`, exposed so that a test can explain it. */
  pageQuery(user: string, now: Date, page: NotificationPageRequest) {
    return pageStatement(this.database.db, user, now, page);
  }

  async countUnread(user: string, now: Date): Promise<number> {
    const [row] = await this.unreadQuery(user, now);
    return row?.unread ?? 0;
  }

  /** The statement of `countUnread`, exposed for tests. */
  unreadQuery(user: string, now: Date) {
    return this.database.db
      .select({ unread: sql<number>`count(*)::int` })
      .from(notifications)
      .where(and(isUnexpired(user, now), isNull(readAt)));
  }

  /** Whether the user has this notification, unexpired. */
  async exists(user: string, notificationId: string, now: Date): Promise<boolean> {
    const rows = await this.database.db
      .select({ id })
      .from(notifications)
      .where(and(isUnexpired(user, now), eq(id, notificationId)));
    return rows.length > 0;
  }

  /** Marks one notification, or all, as read. @returns the ids of those that were unread. */
  async markRead(user: string, now: Date, notificationId?: string): Promise<string[]> {
    return this.markWhere(
      now,
      and(isUnexpired(user, now), notificationId === undefined ? undefined : eq(id, notificationId)),
    );
  }

  /** Marks the notification under this key, unless it has occurrences after `upTo`. @returns as `markRead`. */
  async markKeyRead(user: string, key: string, now: Date, upTo?: number): Promise<string[]> {
    const isCovered = upTo === undefined ? undefined : lte(notifications.newest, upTo);
    return this.markWhere(now, and(isUnexpired(user, now), eq(notifications.key, key), isCovered));
  }

  /** Marks the notifications under these keys. @returns the ids of those that were unread, by user. */
  async markKeysRead(keys: readonly { userId: string; key: string }[], now: Date): Promise<Map<string, string[]>> {
    const users = sql.param(keys.map((key) => key.userId));
    const names = sql.param(keys.map(({ key }) => key));
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

  /** Counts by user. A user without unread notifications is absent. */
  async countUnreadOfEach(users: readonly string[], now: Date): Promise<Map<string, number>> {
    const rows = await this.database.db
      .select({ userId, unread: sql<number>`count(*)::int` })
      .from(notifications)
      .where(and(inArray(userId, [...users]), gt(expiresAt, now), isNull(readAt)))
      .groupBy(userId);
    return new Map(rows.map((row) => [row.userId, row.unread]));
  }

  /** All stored notifications of the user after a position, the oldest first. */
  async pageForExport(user: string, after: number, limit: number): Promise<StoredNotification[]> {
    return this.database.db
      .select(COLUMNS)
      .from(notifications)
      .where(and(eq(userId, user), gt(position, after)))
      .orderBy(asc(position))
      .limit(limit);
  }

  /** Deletes up to `limit` notifications that the user received or caused. @returns the number deleted. */
  async deleteInvolving(user: string, limit?: number): Promise<number> {
    const locked = this.lockQuery(or(eq(userId, user), eq(notifications.actorId, user)));
    const selected = limit === undefined ? locked : locked.limit(limit);
    return (await this.database.db.delete(notifications).where(inArray(id, selected)).returning({ id })).length;
  }

  /**
   * Deletes up to `limit` expired notifications; none while another node's transaction does so. Call it inside a
   * transaction. @returns the number deleted.
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

  /** The subquery of `deleteExpired`, exposed for tests. */
  expiredQuery(now: Date, limit: number) {
    return (
      this.database.db
        .select({ id })
        .from(notifications)
        .where(lte(expiresAt, now))
        .orderBy(asc(expiresAt))
        .limit(limit)
        // Skips rows that another transaction is renewing.
        .for('update', { skipLocked: true })
    );
  }

  private async markWhere(now: Date, condition: ReturnType<typeof and>): Promise<string[]> {
    const rows = await this.database.db
      .update(notifications)
      .set({ readAt: now })
      .where(inArray(id, this.lockQuery(and(condition, isNull(readAt)))))
      .returning({ id });
    return rows.map((row) => row.id);
  }

  // Locks in the order of `NotificationUpsertsRepository.upsert`, so that the two cannot deadlock.
  private lockQuery(condition: ReturnType<typeof and>) {
    const { db } = this.database;
    return db
      .select({ id })
      .from(notifications)
      .where(condition)
      .orderBy(asc(userId), asc(notifications.key))
      .for('update')
      .$dynamic();
  }
}

const isUnexpired = (user: OrPlaceholder<string>, now: OrPlaceholder<Date>) =>
  and(eq(userId, user), gt(expiresAt, now));

function pageStatement(
  db: Database['db'],
  user: OrPlaceholder<string>,
  now: OrPlaceholder<Date>,
  { limit, before, unread = false }: NotificationPageRequest<OrPlaceholder<number>>,
) {
  const beforePosition = before === undefined ? undefined : lt(position, before);
  return db
    .select(COLUMNS)
    .from(notifications)
    .where(and(isUnexpired(user, now), beforePosition, unread ? isNull(readAt) : undefined))
    .orderBy(desc(position))
    .limit(limit);
}

const newestStatement = (unread: boolean) =>
  cachedQuery((db, { user, now, limit }: Placeholders<{ user: string; now: Date; limit: number }>) =>
    pageStatement(db, user, now, { limit, unread }),
  );

/** Cached statements for the first page, which is read on every connect and subscribe. */
const NEWEST = { all: newestStatement(false), unread: newestStatement(true) };
