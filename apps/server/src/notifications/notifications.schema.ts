/** The tables of notifications and of pending absences. */
import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const notifications = pgTable(
  'notifications',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: uuid('user_id').notNull(),
    kind: text('kind').notNull(),
    title: text('title').notNull(),
    body: text('body'),
    data: jsonb('data').$type<Record<string, unknown>>(),
    /** Repeats under one key collapse into one row. */
    key: text('key'),
    /** The user that caused the notification. */
    actorId: uuid('actor_id'),
    count: integer('count').notNull().default(1),
    /** The number of the newest counted occurrence, if occurrences have numbers. */
    newest: bigint('newest', { mode: 'number' }),
    /** A renewed row gets a new position. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    readAt: moment('read_at'),
  },
  (table) => [
    uniqueIndex('notifications_key')
      .on(table.userId, table.key)
      .where(sql`${table.key} is not null`),
    index('notifications_list').on(table.userId, table.position),
    index('notifications_unread')
      .on(table.userId, table.position)
      .where(sql`${table.readAt} is null`),
    index('notifications_expiry').on(table.expiresAt),
    index('notifications_actor')
      .on(table.actorId)
      .where(sql`${table.actorId} is not null`),
  ],
);

/**
 * Users whose connections have ended and that have not been detected as offline yet. The detection notifies them of
 * undelivered messages and deletes the row.
 */
export const absences = pgTable(
  'notification_absences',
  {
    userId: uuid('user_id').primaryKey(),
    /** Everything sent to the user before this time has reached a device. */
    confirmedUntil: moment('confirmed_until').notNull(),
    endedAt: moment('ended_at').notNull(),
  },
  (table) => [index('notification_absences_ended').on(table.endedAt)],
);
