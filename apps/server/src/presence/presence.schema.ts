/** The table of what users chose to show of themselves; it outlives their connections. */
import type { PresenceStatus } from '@aeturnis/contracts';
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const presenceSettings = pgTable('presence_settings', {
  userId: uuid('user_id').primaryKey(),
  status: text('status').$type<PresenceStatus>().notNull(),
  activity: text('activity'),
  /** When others last saw the user leave; hidden sessions leave no trace here. */
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true }),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});
