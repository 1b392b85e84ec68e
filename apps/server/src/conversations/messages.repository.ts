/** Keeps what messages are now: found by their ids, read page by page, marked as edited or deleted, with their reactions. */
import { Injectable } from '@nestjs/common';
import type { ReactionView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, asc, desc, eq, gt, inArray, lt, notInArray } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { conversationLog as log, conversationReactions as reactions } from './conversations.schema';

export interface Message {
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly senderId: string;
  readonly createdAt: Date;
  readonly tempId: string | null;
  /** As it is now; null where it has been deleted. */
  readonly content: string | null;
  readonly edited: { readonly seq: number; readonly at: Date } | null;
  readonly deleted: { readonly seq: number; readonly at: Date } | null;
}

export type PagePlace = { readonly before?: number | undefined } | { readonly after: number };

/** How many messages, and whose are left out. */
export interface PageSize {
  readonly limit: number;
  readonly without?: ReadonlySet<string>;
}

const edit = alias(log, 'edit');
const deletion = alias(log, 'deletion');
const IS_MESSAGE = eq(log.type, 'message:new');

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
    const here = and(eq(log.id, messageId), eq(log.conversationId, conversationId), IS_MESSAGE);
    const [row] = await this.messages().where(here);
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
  async page(conversationId: string, place: PagePlace, { limit, without }: PageSize): Promise<Message[]> {
    const forward = 'after' in place;
    const before = forward || place.before === undefined ? undefined : lt(log.seq, place.before);
    const range = forward ? gt(log.seq, place.after) : before;
    const shown = without?.size ? notInArray(log.actorId, [...without]) : undefined;
    const rows = await this.messages()
      .where(and(eq(log.conversationId, conversationId), range, IS_MESSAGE, shown))
      .orderBy(forward ? asc(log.seq) : desc(log.seq))
      .limit(limit);
    return rows.map(toMessage);
  }

  /** What a user has written in a conversation, oldest first, after an entry. */
  async writtenBy(userId: string, conversationId: string, after: number, limit: number): Promise<Message[]> {
    const own = and(eq(log.conversationId, conversationId), gt(log.seq, after), eq(log.actorId, userId), IS_MESSAGE);
    return (await this.messages().where(own).orderBy(asc(log.seq)).limit(limit)).map(toMessage);
  }

  async markEdited({ conversationId, seq }: Message, editedSeq: number): Promise<void> {
    await this.database.db.update(log).set({ editedSeq }).where(at(conversationId, seq));
  }

  async markDeleted({ conversationId, seq }: Message, deletedSeq: number): Promise<void> {
    await this.database.db.update(log).set({ deletedSeq }).where(at(conversationId, seq));
  }

  /** By the number of the message, the oldest reaction first. */
  async reactionsTo(conversationId: string, messageSeqs: readonly number[]): Promise<Map<number, ReactionView[]>> {
    const { messageSeq, id, emoji, userId, seq } = reactions;
    const rows = await this.database.db
      .select({ messageSeq, id, emoji, userId })
      .from(reactions)
      .where(and(eq(reactions.conversationId, conversationId), inArray(messageSeq, [...messageSeqs])))
      .orderBy(asc(seq));
    const found = new Map<number, ReactionView[]>();
    for (const { messageSeq: message, ...reaction } of rows) {
      found.set(message, [...(found.get(message) ?? []), reaction]);
    }
    return found;
  }

  async reactionOf({ conversationId, seq }: Message, by: { userId: string; emoji: string }) {
    const own = and(eq(reactions.userId, by.userId), eq(reactions.emoji, by.emoji));
    return this.reaction(and(eq(reactions.conversationId, conversationId), eq(reactions.messageSeq, seq), own));
  }

  async findReaction({ conversationId, seq }: Message, id: string) {
    const here = and(eq(reactions.conversationId, conversationId), eq(reactions.messageSeq, seq));
    return this.reaction(and(eq(reactions.id, id), here));
  }

  async addReaction(reaction: typeof reactions.$inferInsert): Promise<void> {
    await this.database.db.insert(reactions).values(reaction);
  }

  async removeReaction(id: string): Promise<void> {
    await this.database.db.delete(reactions).where(eq(reactions.id, id));
  }

  private async reaction(where: ReturnType<typeof and>) {
    const { id, userId, seq } = reactions;
    const [row] = await this.database.db.select({ id, userId, seq }).from(reactions).where(where);
    return row ?? null;
  }

  private messages() {
    const { id, conversationId, seq, actorId: senderId, at: createdAt, tempId, content } = log;
    return this.database.db
      .select({
        id,
        conversationId,
        seq,
        senderId,
        createdAt,
        tempId,
        content,
        edit: { seq: edit.seq, at: edit.at, content: edit.content },
        deletion: { seq: deletion.seq, at: deletion.at },
      })
      .from(log)
      .leftJoin(edit, and(eq(edit.conversationId, log.conversationId), eq(edit.seq, log.editedSeq)))
      .leftJoin(deletion, and(eq(deletion.conversationId, log.conversationId), eq(deletion.seq, log.deletedSeq)))
      .$dynamic();
  }
}

interface MessageRow extends Omit<Message, 'id' | 'edited' | 'deleted'> {
  readonly id: string | null;
  readonly edit: (NonNullable<Message['edited']> & { readonly content: string | null }) | null;
  readonly deletion: Message['deleted'];
}

function toMessage({ id, content, edit: edited, deletion: deleted, ...rest }: MessageRow): Message {
  const now = deleted ? null : (edited?.content ?? content);
  // Each message has an id: the entry that brings it is made with one.
  return { ...rest, id: id ?? '', content: now, edited: edited && { seq: edited.seq, at: edited.at }, deleted };
}

const at = (conversationId: string, seq: number) => and(eq(log.conversationId, conversationId), eq(log.seq, seq));
