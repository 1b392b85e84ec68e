/** Table of the nodes that use this database, with their heartbeats. */
import { boolean, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const nodes = pgTable('nodes', {
  /** New for every start of a node. */
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  /** The node runs without Redis and exchanges no messages with other nodes. */
  alone: boolean('alone').notNull(),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
  seenAt: timestamp('seen_at', { withTimezone: true }).notNull(),
});
