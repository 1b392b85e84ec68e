/** The table of channel messages and whispers. */
import type { ChatChannel } from '@aeturnis/contracts';
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const WHISPER = 'whisper';

export const chatMessages = pgTable(
  'chat_messages',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    channel: text('channel').$type<ChatChannel | typeof WHISPER>().notNull(),
    /** The part of a channel: the name of the zone, or the pair of a whisper; empty for a channel without parts. */
    scope: text('scope').notNull(),
    fromUser: uuid('from_user').notNull(),
    fromCharacter: uuid('from_character'),
    /** The names at the time of the message. */
    fromName: text('from_name').notNull(),
    toUser: uuid('to_user'),
    toName: text('to_name'),
    text: text('text').notNull(),
    /** For a whisper to an online user: delivery is not confirmed, and the user has not been notified. */
    awaitsDelivery: boolean('awaits_delivery').notNull().default(false),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('chat_messages_history').on(table.channel, table.scope, table.id),
    index('chat_messages_from_user').on(table.fromUser, table.id),
    index('chat_messages_to_user')
      .on(table.toUser)
      .where(sql`${table.toUser} is not null`),
    index('chat_messages_awaiting')
      .on(table.toUser, table.fromUser, table.id)
      .where(sql`${table.awaitsDelivery}`),
    check(
      'chat_messages_receiver',
      sql`(${table.channel} = 'whisper') = (${table.toUser} is not null and ${table.toName} is not null)`,
    ),
  ],
);
