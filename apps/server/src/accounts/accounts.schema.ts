/** The table of accounts. */
import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';
import type { WhoMayAdd } from '@aeturnis/contracts';
import type { AccountStatus } from './account';

export const accounts = pgTable(
  'accounts',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** Shown to its holder and to administrators alone. Guests have a random one that no login accepts. */
    login: text('name').notNull(),
    /** The login in lower case, so that no two differ in case alone. */
    loginKey: text('name_key').notNull().unique('accounts_name_key'),
    /** The name that other users see. */
    displayName: text('display_name')
      .notNull()
      .default(sql`'Player-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)`),
    /** `nameKey` and `nameSkeleton` of the display name; null until computed for accounts older than display names. */
    displayNameKey: text('display_name_key').unique('accounts_display_name_key'),
    displayNameSkeleton: text('display_name_skeleton').unique('accounts_display_name_skeleton'),
    /** Lower case; shown to its owner alone. Not verified, so not unique either. */
    email: text('email'),
    /** Null for guests and for accounts of an outside issuer. */
    passwordHash: text('password_hash'),
    roles: text('roles').array().notNull(),
    status: text('status').$type<AccountStatus>().notNull().default('active'),
    banReason: text('ban_reason'),
    /** Null means permanently, while the account is banned. */
    bannedUntil: timestamp('banned_until', { withTimezone: true }),
    /** Who may add the user to groups. */
    whoMayAdd: text('who_may_add').$type<WhoMayAdd>().notNull().default('everyone'),
    isGuest: boolean('is_guest').notNull().default(false),
    /** The `iss` and `sub` of an account of an outside issuer. */
    issuer: text('issuer'),
    subject: text('subject'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    lastSeenAt: timestamp('last_seen_at', { withTimezone: true }).notNull().defaultNow(),
    /** When the deletion was requested; set until the deletion is complete and the row is removed. */
    deletionRequestedAt: timestamp('deletion_requested_at', { withTimezone: true }),
  },
  (table) => [
    unique('accounts_identity').on(table.issuer, table.subject),
    index('accounts_idle_guests')
      .on(table.lastSeenAt)
      .where(sql`${table.isGuest}`),
    // In this collation the prefix of a name is a range of the index.
    index('accounts_display_name_prefix').on(sql`${table.displayNameKey} collate "C"`),
    index('accounts_deletion')
      .on(table.deletionRequestedAt)
      .where(sql`${table.deletionRequestedAt} is not null`),
  ],
);
