/** The table of refresh tokens: one family per login; its newest token is the live one. */
import { sql } from 'drizzle-orm';
import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts.schema';

export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    /** The session: all tokens refreshed from one login share it. */
    familyId: uuid('family_id').notNull(),
    /** SHA-256 of the token, base64url. The token itself is not stored. */
    tokenHash: text('token_hash').notNull().unique('refresh_tokens_hash'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    /** When the session began. Null for tokens of older releases, whose sessions began at the latest with the token. */
    sessionStartedAt: timestamp('session_started_at', { withTimezone: true }),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    /** When it was exchanged for the next one. A later use means that the token was copied. */
    usedAt: timestamp('used_at', { withTimezone: true }),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
  },
  (table) => [
    index('refresh_tokens_family').on(table.familyId),
    index('refresh_tokens_account').on(table.accountId),
    index('refresh_tokens_expiry').on(table.expiresAt),
  ],
);

/** When the session of a token began, as far as it is known. */
export const SESSION_STARTED_AT = sql`coalesce(${refreshTokens.sessionStartedAt}, ${refreshTokens.createdAt})`;
