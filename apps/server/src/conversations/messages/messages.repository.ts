/** Reads the current state of messages by id and by page, and marks them as edited or deleted. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { and, asc, eq, inArray } from 'drizzle-orm';
import { conversationLog as log } from '../conversations.schema';
import {
  SELECT_MESSAGE_BY_ID,
  type MessageRow,
  SELECT_MESSAGE_PAGE,
  type MessagePageRow,
  SELECT_WRITTEN_BY,
} from './messages.statements.repository';

export interface StoredMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly senderId: string;
  readonly createdAt: Date;
  readonly tempId: string | null;
  /** The current text; null if the message was deleted, or its author is excluded. */
  readonly content: string | null;
  readonly edited: { readonly seq: number; readonly at: Date } | null;
  readonly deleted: { readonly seq: number; readonly at: Date } | null;
}

export type MessagePagePosition = { readonly before?: number | undefined } | { readonly after: number };

/** The number of messages to scan, the bytes of text to read, and the authors whose text is left out. */
interface MessagePageLimits {
  readonly limit: number;
  readonly bytes: number;
  readonly excludedAuthors?: ReadonlySet<string>;
}

interface MessagePageResult {
  readonly messages: readonly (StoredMessage & { readonly hidden: boolean })[];
  /** Whether there may be further messages. */
  readonly more: boolean;
}

const IS_MESSAGE = eq(log.type, 'message:new');
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /** The conversation of a message; null if there is no such message. */
  async conversationOf(messageId: string): Promise<string | null> {
    const { conversationId } = log;
    const [row] = await this.database.db
      .select({ conversationId })
      .from(log)
      .where(and(eq(log.id, messageId), IS_MESSAGE));
    return row?.conversationId ?? null;
  }

  async find(conversationId: string, messageId: string): Promise<StoredMessage | null> {
    const [row] = await SELECT_MESSAGE_BY_ID(this.database.db, { conversationId, id: messageId });
    return row ? toMessage(row) : null;
  }

  /** The messages of this conversation among these ids, ascending. */
  async seqsOf(conversationId: string, ids: readonly string[]) {
    const { id, seq, actorId: senderId } = log;
    const rows = await this.database.db
      .select({ id, seq, senderId })
      .from(log)
      .where(and(eq(log.conversationId, conversationId), inArray(id, [...ids]), IS_MESSAGE))
      .orderBy(asc(seq));
    return rows.map((row) => ({ ...row, id: row.id ?? '' }));
  }

  /** Pages after a message ascend; pages before a message or the end of the log descend. */
  async page(
    conversationId: string,
    position: MessagePagePosition,
    { limit, bytes, excludedAuthors }: MessagePageLimits,
  ): Promise<MessagePageResult> {
    const forward = 'after' in position;
    const from = forward ? position.after : (position.before ?? Number.MAX_SAFE_INTEGER);
    const values = { conversationId, from, limit, bytes, without: [...(excludedAuthors ?? [])] };
    return toPageResult(await SELECT_MESSAGE_PAGE[forward ? 'forward' : 'backward'](this.database.db, values), limit);
  }

  /** The messages of a user in all conversations, by conversation and number, after the given one. */
  async writtenBy(
    userId: string,
    after: StoredMessage | undefined,
    size: MessagePageLimits,
  ): Promise<MessagePageResult> {
    const { conversationId = LOWEST_ID, seq = 0 } = after ?? {};
    const { limit, bytes } = size;
    return toPageResult(
      await SELECT_WRITTEN_BY(this.database.db, { userId, conversationId, from: seq, limit, bytes }),
      limit,
    );
  }

  async markEdited({ conversationId, seq }: StoredMessage, editedSeq: number): Promise<void> {
    await this.database.db.update(log).set({ editedSeq }).where(isEntry(conversationId, seq));
  }

  async markDeleted({ conversationId, seq }: StoredMessage, deletedSeq: number): Promise<void> {
    await this.database.db.update(log).set({ deletedSeq }).where(isEntry(conversationId, seq));
  }
}

function toPageResult(rows: readonly MessagePageRow[], limit: number): MessagePageResult {
  const scanned = rows[0]?.scanned ?? 0;
  const messages = rows.map((row) => ({ ...toMessage(row), hidden: row.hidden }));
  return { messages, more: scanned === limit || rows.length < scanned };
}

function toMessage(row: MessageRow): StoredMessage {
  const { id, conversationId, senderId, tempId, content } = row;
  return {
    ...{ id, conversationId, senderId, tempId, content },
    seq: Number(row.seq),
    createdAt: new Date(row.createdAt),
    edited: toChange(row.editedSeq, row.editedAt),
    deleted: toChange(row.deletedSeq, row.deletedAt),
  };
}

const toChange = (seq: string | null, changedAt: string | null): StoredMessage['edited'] =>
  seq === null || changedAt === null ? null : { seq: Number(seq), at: new Date(changedAt) };

const isEntry = (conversationId: string, seq: number) => and(eq(log.conversationId, conversationId), eq(log.seq, seq));
