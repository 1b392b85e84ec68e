/** The table of presence settings, which outlive connections. */
import type { PresenceStatus } from '@aeturnis/contracts';
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const presenceSettings = pgTable('presence_settings', {
  userId: uuid('user_id').primaryKey(),
  status: text('status').$type<PresenceStatus>().notNull(),
  activity: text('activity'),
  /** When others last saw the user go offline. Invisible sessions do not change it. */
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true }),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});
