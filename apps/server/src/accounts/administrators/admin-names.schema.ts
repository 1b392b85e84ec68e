/** The table of names that ADMIN_USERS has listed on any node at any time; registering one requires a one-time token. */
import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const adminNames = pgTable('admin_names', {
  nameKey: text('name_key').primaryKey(),
  /** How often this name was registered with a one-time token; the next token is derived from it. */
  claims: integer('claims').notNull().default(0),
  listedAt: timestamp('listed_at', { withTimezone: true }).notNull().defaultNow(),
});
