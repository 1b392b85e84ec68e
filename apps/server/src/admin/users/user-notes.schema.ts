/** Table of administrators' notes about users. */
import { bigint, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { accounts } from '../../accounts/accounts.schema';

export const userNotes = pgTable(
  'user_notes',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: uuid('user_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    /** Refers to no account: the note stays when the account of its author is deleted. */
    author: uuid('author').notNull(),
    /** The name at the time of the note. */
    authorName: text('author_name').notNull(),
    text: text('text').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('user_notes_user').on(table.userId, table.id)],
);
