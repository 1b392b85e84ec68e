/**
 * Stores the log of each conversation. Numbers come from one row per conversation, locked until the commit, so they have no
 * gaps, and a reader that sees an entry sees all before it. Take the lock late, after all slow work, and make every decision
 * that depends on other members under it.
 */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq } from 'drizzle-orm';
import { conversationHeads } from '../conversations.schema';
import type { AppendResult, LogEntry, NewLogEntry } from './log-entry';
import {
  APPEND_ENTRIES,
  SELECT_ENTRIES,
  LOCK_CONVERSATION,
  LOCK_UNCONTENDED,
  INSERT_MESSAGES,
  type LogEntryRow,
  type LogHeadRow,
  type InsertedMessageRow,
} from './log.statements.repository';
import { NodeLiveness } from '../publishing/node-liveness';

export interface NewConversationMessage {
  readonly conversationId: string;
  readonly senderId: string;
  readonly content: string;
  readonly tempId: string | null;
}

/** `member` is undefined if the sender never was one; `duplicate` is true if the message was stored before. */
export interface SendOutcome {
  readonly member: boolean | undefined;
  readonly message?: { readonly id: string; readonly seq: number; readonly at: Date; readonly duplicate: boolean };
  readonly appended?: AppendResult;
}

/** The entries of a conversation after `after`, up to and including `upTo`. */
export interface LogRange {
  readonly conversationId: string;
  readonly after: number;
  readonly upTo: number;
}

@Injectable()
export class ConversationLogRepository {
  constructor(
    private readonly database: Database,
    private readonly liveness: NodeLiveness,
  ) {}

  /** Locks the conversation against other writers until the transaction ends; false if it does not exist. */
  async lock(conversationId: string): Promise<boolean> {
    return (await LOCK_CONVERSATION(this.database.db, { conversationId })).length > 0;
  }

  /** The number of the last entry. */
  async head(conversationId: string): Promise<number> {
    const { head, conversationId: id } = conversationHeads;
    const [row] = await this.database.db.select({ head }).from(conversationHeads).where(eq(id, conversationId));
    return row?.head ?? 0;
  }

  /** Locks the conversations among these that no other transaction holds. Does not wait. */
  async lockUncontended(conversationIds: readonly string[]): Promise<Set<string>> {
    const rows = await LOCK_UNCONTENDED(this.database.db, { conversationIds });
    return new Set(rows.map(({ conversationId }) => conversationId));
  }

  /**
   * Call it after `lock`, in the same transaction: only then does it see current members and earlier messages. No two of
   * the messages may have the same conversation, sender and `tempId`. @returns one outcome per message, in order.
   */
  async insertMessages(messages: readonly NewConversationMessage[]): Promise<SendOutcome[]> {
    if (messages.length === 0) return [];
    const rows = await INSERT_MESSAGES(this.database.db, {
      conversationIds: messages.map(({ conversationId }) => conversationId),
      senderIds: messages.map(({ senderId }) => senderId),
      contents: messages.map(({ content }) => content),
      tempIds: messages.map(({ tempId }) => tempId),
      node: this.liveness.incarnation,
      canReachPeers: this.liveness.canReachPeers,
    });
    return messages.map(({ conversationId }, index) => toSendOutcome(conversationId, rows[index]));
  }

  /** Call it after `lock`, in the same transaction. @returns the position of the last of them. */
  async append(conversationId: string, entries: readonly NewLogEntry[]): Promise<AppendResult> {
    const [row] = await APPEND_ENTRIES(this.database.db, {
      conversationId,
      entries: JSON.stringify(entries),
      count: entries.length,
      node: this.liveness.incarnation,
      canReachPeers: this.liveness.canReachPeers,
    });
    if (!row) throw new Error(`conversation ${conversationId} has no row in conversation_heads; nothing was appended`);
    return toAppendResult(conversationId, row);
  }

  /**
   * The entries after `after` up to `upTo`, ascending, as many as the limits of entries and text bytes allow, at least one.
   * The content of deleted messages is null.
   */
  async entriesBetween(
    conversationId: string,
    after: number,
    upTo: number,
    limit: number,
    maxBytes = Number.MAX_SAFE_INTEGER,
  ): Promise<LogEntry[]> {
    // Numbers have no gaps, so a range of `limit` numbers holds `limit` entries.
    return this.entriesInRanges([{ conversationId, after, upTo: Math.min(upTo, after + limit) }], maxBytes);
  }

  /** As `entriesBetween`, for several conversations one after the other; `maxBytes` is for all of them together. */
  async entriesInRanges(ranges: readonly LogRange[], maxBytes: number): Promise<LogEntry[]> {
    if (ranges.length === 0) return [];
    const values = {
      conversationIds: ranges.map(({ conversationId }) => conversationId),
      after: ranges.map(({ after }) => after),
      upTo: ranges.map(({ upTo }) => upTo),
      bytes: maxBytes,
    };
    return (await SELECT_ENTRIES(this.database.db, values)).map(toLogEntry);
  }
}

function toSendOutcome(conversationId: string, row: InsertedMessageRow | undefined): SendOutcome {
  const member = row?.current ?? undefined;
  if (!row || row.id === null) return { member };
  const message = { id: row.id, seq: Number(row.seq), at: new Date(row.at), duplicate: row.duplicate };
  return row.duplicate ? { member, message } : { member, message, appended: toAppendResult(conversationId, row) };
}

function toAppendResult(conversationId: string, { seq, at, publisher, published }: LogHeadRow): AppendResult {
  return { conversationId, seq: Number(seq), at: new Date(at), publisher, published: Number(published) };
}

function toLogEntry(row: LogEntryRow): LogEntry {
  const { conversationId, type, id, messageId, actorId, tempId, content, facts } = row;
  const seq = Number(row.seq);
  return { conversationId, seq, at: new Date(row.at), type, id, messageId, actorId, tempId, content, facts };
}
