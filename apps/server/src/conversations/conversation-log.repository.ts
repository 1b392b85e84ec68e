/**
 * Keeps the log of each conversation. Its numbers come from one row per conversation that is locked until the commit: so
 * they have no gaps, and whoever sees an entry sees all before it. What depends on others is decided under that lock,
 * which is taken when nothing slow is left to do.
 */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq } from 'drizzle-orm';
import { conversationHeads } from './conversations.schema';
import type { Appended, LogEntry, NewEntry } from './log-entry';
import {
  APPEND,
  ENTRIES,
  LOCK,
  LOCK_FREE,
  SEND,
  type EntryRow,
  type HeadRow,
  type SendRow,
} from './log.statements.repository';
import { NodeLife } from './node-life';

export interface NewMessage {
  readonly conversationId: string;
  readonly senderId: string;
  readonly content: string;
  readonly tempId: string | null;
}

/** `member` is undefined for somebody who never was one; `duplicate` where the message was there already. */
export interface SendOutcome {
  readonly member: boolean | undefined;
  readonly message?: { readonly id: string; readonly seq: number; readonly at: Date; readonly duplicate: boolean };
  readonly appended?: Appended;
}

/** The entries of a conversation after one and up to another. */
export interface LogRange {
  readonly conversationId: string;
  readonly after: number;
  readonly upTo: number;
}

@Injectable()
export class ConversationLogRepository {
  constructor(
    private readonly database: Database,
    private readonly life: NodeLife,
  ) {}

  /** Makes all others who would change this conversation wait until the transaction ends; false where there is none. */
  async lock(conversationId: string): Promise<boolean> {
    return (await LOCK(this.database.db, { conversationId })).length > 0;
  }

  /** The number of the last entry. */
  async head(conversationId: string): Promise<number> {
    const { head, conversationId: id } = conversationHeads;
    const [row] = await this.database.db.select({ head }).from(conversationHeads).where(eq(id, conversationId));
    return row?.head ?? 0;
  }

  /** Like `lock`, for those of them that nobody else is changing: waits for nobody. */
  async lockFree(conversationIds: readonly string[]): Promise<Set<string>> {
    const rows = await LOCK_FREE(this.database.db, { conversationIds });
    return new Set(rows.map(({ conversationId }) => conversationId));
  }

  /**
   * Call it after `lock`, in the same transaction: only then does it see who is a member, and what was sent before. No two
   * of the messages have the same conversation, sender and `tempId`. @returns what came of each.
   */
  async send(messages: readonly NewMessage[]): Promise<SendOutcome[]> {
    if (messages.length === 0) return [];
    const rows = await SEND(this.database.db, {
      conversationIds: messages.map(({ conversationId }) => conversationId),
      senderIds: messages.map(({ senderId }) => senderId),
      contents: messages.map(({ content }) => content),
      tempIds: messages.map(({ tempId }) => tempId),
      node: this.life.id,
      heard: this.life.heard,
    });
    return messages.map(({ conversationId }, index) => outcomeOf(conversationId, rows[index]));
  }

  /** Call it after `lock`, in the same transaction. @returns about the last of them. */
  async append(conversationId: string, entries: readonly NewEntry[]): Promise<Appended> {
    const [row] = await APPEND(this.database.db, {
      conversationId,
      entries: JSON.stringify(entries),
      count: entries.length,
      node: this.life.id,
      heard: this.life.heard,
    });
    if (!row) throw new Error('a conversation without a head');
    return appended(conversationId, row);
  }

  /**
   * In order, those after `after` and up to `upTo`, as many as the limit and the bytes of text allow, and at least one.
   * What a message said that has been deleted since is left out.
   */
  async entries(
    conversationId: string,
    after: number,
    upTo: number,
    limit: number,
    bytes = Number.MAX_SAFE_INTEGER,
  ): Promise<LogEntry[]> {
    // Numbers have no gaps.
    return this.entriesOf([{ conversationId, after, upTo: Math.min(upTo, after + limit) }], bytes);
  }

  /** As `entries`, of several conversations, one after the other; the bytes are for all of them together. */
  async entriesOf(ranges: readonly LogRange[], bytes: number): Promise<LogEntry[]> {
    if (ranges.length === 0) return [];
    const values = {
      conversationIds: ranges.map(({ conversationId }) => conversationId),
      after: ranges.map(({ after }) => after),
      upTo: ranges.map(({ upTo }) => upTo),
      bytes,
    };
    return (await ENTRIES(this.database.db, values)).map(toEntry);
  }
}

function outcomeOf(conversationId: string, row: SendRow | undefined): SendOutcome {
  const member = row?.current ?? undefined;
  if (!row || row.id === null) return { member };
  const message = { id: row.id, seq: Number(row.seq), at: new Date(row.at), duplicate: row.duplicate };
  return row.duplicate ? { member, message } : { member, message, appended: appended(conversationId, row) };
}

function appended(conversationId: string, { seq, at, publisher, published }: HeadRow): Appended {
  return { conversationId, seq: Number(seq), at: new Date(at), publisher, published: Number(published) };
}

function toEntry(row: EntryRow): LogEntry {
  const { conversationId, type, id, messageId, actorId, tempId, content, facts } = row;
  const seq = Number(row.seq);
  return { conversationId, seq, at: new Date(row.at), type, id, messageId, actorId, tempId, content, facts };
}
