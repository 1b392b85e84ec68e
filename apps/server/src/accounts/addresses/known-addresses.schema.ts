/** The table of addresses from which accounts have logged in; it stores only keyed hashes. */
import { index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts.schema';

export const knownAddresses = pgTable(
  'known_addresses',
  {
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    /** HMAC-SHA-256 of account and address, base64url: reveals neither the address nor accounts that share it. */
    addressHash: text('address_hash').notNull(),
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.addressHash] }),
    index('known_addresses_last_used').on(table.lastUsedAt),
  ],
);
