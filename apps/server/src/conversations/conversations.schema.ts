/** The tables of conversations: one gapless log each, who is in them, and how far the log has been published. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';
import type { EntryType, Facts } from './log-entry';

const seq = (name: string) => bigint(name, { mode: 'number' });
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const conversations = pgTable(
  'conversations',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    kind: text('kind').$type<ConversationKind>().notNull(),
    title: text('title'),
    /** The two users of a direct conversation, in one order whoever began it. */
    pair: text('pair').unique('conversations_pair'),
    /** Of a group: a hash of its creator and of the client's name for it, so that a repeated request begins no second one. */
    creationKey: text('creation_key').unique('conversations_creation_key'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [check('conversations_direct', sql`(${table.kind} = 'direct') = (${table.pair} is not null)`)],
);

/** Apart from the rest, for each entry changes it: whoever holds this row decides what the next number is. */
export const conversationHeads = pgTable(
  'conversation_heads',
  {
    conversationId: uuid('conversation_id')
      .primaryKey()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    /** The number of the last entry. */
    head: seq('head').notNull().default(0),
    lastMessageAt: moment('last_message_at'),
    /** Entries up to there have been told to who is connected. */
    published: seq('published').notNull().default(0),
    /** Set by older nodes alone, in the place of a row in `conversation_unpublished`; goes with a later release. */
    unpublished: boolean('unpublished').notNull().default(false),
    /** The life of a node that publishes, so that live readers get one order, and until when it does so at least. */
    publisher: uuid('publisher'),
    publisherUntil: moment('publisher_until'),
  },
  (table) => [
    index('conversation_heads_unpublished')
      .on(table.conversationId)
      .where(sql`${table.unpublished}`),
  ],
);

export const conversationLog = pgTable(
  'conversation_log',
  {
    /** No foreign key: an entry gets its number from the row of `conversation_heads`, which has one. */
    conversationId: uuid('conversation_id').notNull(),
    seq: seq('seq').notNull(),
    type: text('type').$type<EntryType>().notNull(),
    /** Of the message or the reaction that the entry brings. */
    id: uuid('id'),
    actorId: uuid('actor_id').notNull(),
    at: moment('at').notNull(),
    /** The sender's own name for a message: one message per name, for good. */
    tempId: text('temp_id'),
    /** The message that an edit, a deletion or a reaction is about. */
    messageSeq: seq('message_seq'),
    /** Of a message or an edit. */
    content: text('content'),
    facts: jsonb('facts').$type<Facts>(),
    /** Of a message: the entry of its last edit, whose content it has now, and of its deletion. */
    editedSeq: seq('edited_seq'),
    deletedSeq: seq('deleted_seq'),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.seq] }),
    uniqueIndex('conversation_log_id')
      .on(table.id)
      .where(sql`${table.id} is not null`),
    uniqueIndex('conversation_log_temp_id')
      .on(table.conversationId, table.actorId, table.tempId)
      .where(sql`${table.tempId} is not null`),
    index('conversation_log_messages')
      .on(table.conversationId, table.seq)
      .where(sql`${table.type} = 'message:new'`),
    index('conversation_log_author')
      .on(table.actorId, table.conversationId, table.seq)
      .where(sql`${table.type} = 'message:new'`),
  ],
);

export const conversationMembers = pgTable(
  'conversation_members',
  {
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id').notNull(),
    role: text('role').$type<ConversationRole>().notNull(),
    /** The entries by which the user came, and went; who went may read no further. */
    joinedSeq: seq('joined_seq').notNull(),
    leftSeq: seq('left_seq'),
    /** Watermarks: everything up to there is read, and has reached a device. */
    readSeq: seq('read_seq').notNull(),
    deliveredSeq: seq('delivered_seq').notNull(),
    muted: boolean('muted').notNull().default(false),
    /** Takes one of the places that the user has: see `ConversationPlaces`. */
    counted: boolean('counted').notNull().default(true),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.userId] }),
    index('conversation_members_user').on(table.userId),
    index('conversation_members_current')
      .on(table.userId, table.conversationId)
      .where(sql`${table.leftSeq} is null`),
    index('conversation_members_seniority')
      .on(table.conversationId, table.joinedSeq, table.userId)
      .where(sql`${table.leftSeq} is null`),
    index('conversation_members_admins')
      .on(table.conversationId)
      .where(sql`${table.leftSeq} is null and ${table.role} = 'admin'`),
  ],
);

/** The reactions that are there now; their coming and going is in the log. */
export const conversationReactions = pgTable(
  'conversation_reactions',
  {
    id: uuid('id').primaryKey(),
    conversationId: uuid('conversation_id').notNull(),
    messageSeq: seq('message_seq').notNull(),
    userId: uuid('user_id').notNull(),
    emoji: text('emoji').notNull(),
    /** The entry that brought it. */
    seq: seq('seq').notNull(),
  },
  (table) => [
    unique('conversation_reactions_once').on(table.conversationId, table.messageSeq, table.userId, table.emoji),
    index('conversation_reactions_user').on(table.userId),
    index('conversation_reactions_page').on(table.conversationId, table.messageSeq, table.seq),
  ],
);

/** How many reactions a message has, by emoji. A trigger on `conversation_reactions` counts, so that older nodes count too. */
export const conversationReactionCounts = pgTable(
  'conversation_reaction_counts',
  {
    conversationId: uuid('conversation_id').notNull(),
    messageSeq: seq('message_seq').notNull(),
    emoji: text('emoji').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.messageSeq, table.emoji] })],
);

/**
 * Conversations that may have entries past `published`. A row comes with the first such entry and goes when all of them
 * are published. Apart from `conversation_heads`: a flag there, in an index, made most of its updates rewrite all indexes.
 */
export const conversationUnpublished = pgTable('conversation_unpublished', {
  /** No foreign key: a row is written together with that of `conversation_heads`, which has one. */
  conversationId: uuid('conversation_id').primaryKey(),
});
