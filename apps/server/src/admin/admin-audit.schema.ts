/** The table of what administrators did; rows are only ever added. */
import { bigint, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const adminAudit = pgTable('admin_audit', {
  id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  actor: uuid('actor').notNull(),
  /** As it was then. */
  actorName: text('actor_name').notNull(),
  action: text('action').notNull(),
  /** What was acted on: a user's id, a zone's name; null where that is everybody. */
  target: text('target'),
  details: jsonb('details').$type<Record<string, unknown>>().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
