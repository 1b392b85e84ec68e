/** Table of the audit log of administrators' actions. It is append-only. */
import { bigint, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const adminAudit = pgTable(
  'admin_audit',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    actor: uuid('actor').notNull(),
    /** The name at the time of the action. */
    actorName: text('actor_name').notNull(),
    action: text('action').notNull(),
    /** The id of a user or a fight, or the name of a zone, a room or a node; null for an action on all users or nodes. */
    target: text('target'),
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    // One index for each filter of the list. Few records have the same target, so it needs no index with a second filter.
    index('admin_audit_actor').on(table.actor, table.id),
    index('admin_audit_action').on(table.action, table.id),
    index('admin_audit_target').on(table.target, table.id),
    index('admin_audit_actor_action').on(table.actor, table.action, table.id),
  ],
);
