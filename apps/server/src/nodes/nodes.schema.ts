/** The table of nodes that use this database: each says every few moments that it is still there. */
import { boolean, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const nodes = pgTable('nodes', {
  /** Of one life of a node. */
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  /** It has no Redis, so that it hears nothing of the others. */
  alone: boolean('alone').notNull(),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
  seenAt: timestamp('seen_at', { withTimezone: true }).notNull(),
});
