/** The tables of conversations: one gapless log each, the members, and the publication state of the log. */
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
import type { LogEntryType, EntryFacts } from './log/log-entry';

const seq = (name: string) => bigint(name, { mode: 'number' });
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const conversations = pgTable(
  'conversations',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    kind: text('kind').$type<ConversationKind>().notNull(),
    title: text('title'),
    /** The two users of a direct conversation, sorted, so that the creator does not matter. */
    pair: text('pair').unique('conversations_pair'),
    /** For a group: a hash of its creator and the client's id for it, so that a repeated request creates no second group. */
    creationKey: text('creation_key').unique('conversations_creation_key'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [check('conversations_direct', sql`(${table.kind} = 'direct') = (${table.pair} is not null)`)],
);

/** Separate from `conversations` because each entry updates it. The transaction that locks the row assigns the next number. */
export const conversationHeads = pgTable(
  'conversation_heads',
  {
    conversationId: uuid('conversation_id')
      .primaryKey()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    /** The number of the last entry. */
    head: seq('head').notNull().default(0),
    lastMessageAt: moment('last_message_at'),
    /** The last entry that has been published to connected members. */
    published: seq('published').notNull().default(0),
    /** Set only by nodes of an older release, instead of a row in `conversation_unpublished`; a later release drops it. */
    unpublished: boolean('unpublished').notNull().default(false),
    /** The incarnation of the node that publishes, so that live readers see one order, and when its lease ends. */
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
    /** No foreign key: an entry gets its number from the row in `conversation_heads`, which has one. */
    conversationId: uuid('conversation_id').notNull(),
    seq: seq('seq').notNull(),
    type: text('type').$type<LogEntryType>().notNull(),
    /** The id of the message or reaction that the entry adds. */
    id: uuid('id'),
    actorId: uuid('actor_id').notNull(),
    at: moment('at').notNull(),
    /** The sender's dedup key for a message: one message per key, permanently. */
    tempId: text('temp_id'),
    /** The message that an edit, a deletion or a reaction refers to. */
    messageSeq: seq('message_seq'),
    /** The text of a message or an edit. */
    content: text('content'),
    facts: jsonb('facts').$type<EntryFacts>(),
    /** For a message: the entry of its last edit, which has its current content, and the entry of its deletion. */
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
    /** The entries that added and removed the user. A former member reads nothing after `leftSeq`. */
    joinedSeq: seq('joined_seq').notNull(),
    leftSeq: seq('left_seq'),
    /** Watermarks: the entries up to which the user has read, and up to which a device has received. */
    readSeq: seq('read_seq').notNull(),
    deliveredSeq: seq('delivered_seq').notNull(),
    muted: boolean('muted').notNull().default(false),
    /** Whether the conversation counts towards the user's limit: see `ConversationQuota`. */
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

/** The current reactions. The log has their history. */
export const conversationReactions = pgTable(
  'conversation_reactions',
  {
    id: uuid('id').primaryKey(),
    conversationId: uuid('conversation_id').notNull(),
    messageSeq: seq('message_seq').notNull(),
    userId: uuid('user_id').notNull(),
    emoji: text('emoji').notNull(),
    /** The entry that added the reaction. */
    seq: seq('seq').notNull(),
  },
  (table) => [
    unique('conversation_reactions_once').on(table.conversationId, table.messageSeq, table.userId, table.emoji),
    index('conversation_reactions_user').on(table.userId),
    index('conversation_reactions_page').on(table.conversationId, table.messageSeq, table.seq),
  ],
);

/** Reactions per message and emoji. A trigger on `conversation_reactions` counts, so that older nodes count too. */
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
 * Conversations that may have entries after `published`. The first such entry inserts the row; publishing the last one
 * deletes it. Not a flag in `conversation_heads`: an indexed flag made most updates there rewrite all indexes.
 */
export const conversationUnpublished = pgTable('conversation_unpublished', {
  /** No foreign key: the row is written together with the one in `conversation_heads`, which has one. */
  conversationId: uuid('conversation_id').primaryKey(),
});
