/** Keeps what messages are now: found by their ids, read page by page, marked as edited or deleted. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { and, asc, eq, inArray } from 'drizzle-orm';
import { conversationLog as log } from './conversations.schema';
import { BY_ID, type MessageRow, PAGE, type PageRow, WRITTEN_BY } from './messages.statements.repository';

export interface Message {
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly senderId: string;
  readonly createdAt: Date;
  readonly tempId: string | null;
  /** As it is now; null where it has been deleted, or is of somebody who is left out. */
  readonly content: string | null;
  readonly edited: { readonly seq: number; readonly at: Date } | null;
  readonly deleted: { readonly seq: number; readonly at: Date } | null;
}

export type PagePlace = { readonly before?: number | undefined } | { readonly after: number };

/** How many messages to look at, how many bytes of text to read, and whose text is left out. */
export interface PageSize {
  readonly limit: number;
  readonly bytes: number;
  readonly without?: ReadonlySet<string>;
}

export interface MessagesFound {
  readonly messages: readonly (Message & { readonly hidden: boolean })[];
  /** There may be further ones. */
  readonly more: boolean;
}

const IS_MESSAGE = eq(log.type, 'message:new');
const NO_CONVERSATION = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /** The conversation of a message; null where there is none. */
  async conversationOf(messageId: string): Promise<string | null> {
    const { conversationId } = log;
    const [row] = await this.database.db
      .select({ conversationId })
      .from(log)
      .where(and(eq(log.id, messageId), IS_MESSAGE));
    return row?.conversationId ?? null;
  }

  async find(conversationId: string, messageId: string): Promise<Message | null> {
    const [row] = await BY_ID(this.database.db, { conversationId, id: messageId });
    return row ? toMessage(row) : null;
  }

  /** Those of the ids that are messages of this conversation. */
  async seqsOf(conversationId: string, ids: readonly string[]) {
    const { id, seq, actorId: senderId } = log;
    const rows = await this.database.db
      .select({ id, seq, senderId })
      .from(log)
      .where(and(eq(log.conversationId, conversationId), inArray(id, [...ids]), IS_MESSAGE))
      .orderBy(asc(seq));
    return rows.map((row) => ({ ...row, id: row.id ?? '' }));
  }

  /** After a message in the order of the log, or before one, or the end of the log, the newest first. */
  async page(conversationId: string, place: PagePlace, { limit, bytes, without }: PageSize): Promise<MessagesFound> {
    const forward = 'after' in place;
    const from = forward ? place.after : (place.before ?? Number.MAX_SAFE_INTEGER);
    const values = { conversationId, from, limit, bytes, without: [...(without ?? [])] };
    return found(await PAGE[forward ? 'forward' : 'backward'](this.database.db, values), limit);
  }

  /** What a user has written in whatever conversation, after one of these messages. */
  async writtenBy(userId: string, after: Message | undefined, size: PageSize): Promise<MessagesFound> {
    const { conversationId = NO_CONVERSATION, seq = 0 } = after ?? {};
    const { limit, bytes } = size;
    return found(await WRITTEN_BY(this.database.db, { userId, conversationId, from: seq, limit, bytes }), limit);
  }

  async markEdited({ conversationId, seq }: Message, editedSeq: number): Promise<void> {
    await this.database.db.update(log).set({ editedSeq }).where(at(conversationId, seq));
  }

  async markDeleted({ conversationId, seq }: Message, deletedSeq: number): Promise<void> {
    await this.database.db.update(log).set({ deletedSeq }).where(at(conversationId, seq));
  }
}

function found(rows: readonly PageRow[], limit: number): MessagesFound {
  const scanned = rows[0]?.scanned ?? 0;
  const messages = rows.map((row) => ({ ...toMessage(row), hidden: row.hidden }));
  return { messages, more: scanned === limit || rows.length < scanned };
}

function toMessage(row: MessageRow): Message {
  const { id, conversationId, senderId, tempId, content } = row;
  return {
    ...{ id, conversationId, senderId, tempId, content },
    seq: Number(row.seq),
    createdAt: new Date(row.createdAt),
    edited: change(row.editedSeq, row.editedAt),
    deleted: change(row.deletedSeq, row.deletedAt),
  };
}

const change = (seq: string | null, changedAt: string | null): Message['edited'] =>
  seq === null || changedAt === null ? null : { seq: Number(seq), at: new Date(changedAt) };

const at = (conversationId: string, seq: number) => and(eq(log.conversationId, conversationId), eq(log.seq, seq));
