/** Stores chat messages: inserts them, reads pages backwards, and deletes or anonymises them. */
import { Injectable } from '@nestjs/common';
import type { ChatAuthor, ChatChannel, ChatEntry, ChatSent, WhisperEntry } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, asc, desc, eq, gt, inArray, lt, ne, notInArray, sql } from 'drizzle-orm';
import { chatMessages, WHISPER } from './chat.schema';

/** Identifies a history: a channel, or the part of it with this scope. */
export interface HistoryKey {
  channel: ChatChannel | typeof WHISPER;
  scope: string;
}

/** A page of a history. */
interface HistoryPageRequest {
  readonly limit: number;
  /** Only messages older than the one with this id. */
  readonly before?: bigint | undefined;
  /** Authors whose messages are left out. With any, a page scans at most `MAX_SCANNED` messages. */
  readonly excludedAuthors?: ReadonlySet<string>;
}

export interface NewChatMessage extends HistoryKey {
  from: ChatAuthor;
  to?: WhisperEntry['to'];
  text: string;
  /** For a whisper: whether its delivery is still to be confirmed. */
  awaitsDelivery?: boolean;
}

/** Most messages scanned for a page with excluded authors. */
export const MAX_SCANNED = 500;

/** The name shown for users whose account has been deleted. */
export const DELETED_AUTHOR_NAME = 'deleted';

@Injectable()
export class ChatRepository {
  constructor(private readonly database: Database) {}

  async insert({ channel, scope, from, to, text, awaitsDelivery = false }: NewChatMessage): Promise<ChatSent> {
    const [row] = await this.database.db
      .insert(chatMessages)
      .values({
        channel,
        scope,
        fromUser: from.userId,
        fromCharacter: from.characterId,
        fromName: from.name,
        toUser: to?.userId,
        toName: to?.name,
        text,
        awaitsDelivery,
      })
      .returning({ id: chatMessages.id, createdAt: chatMessages.createdAt });
    if (!row) throw new Error('insert into chat_messages returned no row');
    return { id: String(row.id), createdAt: row.createdAt.toISOString() };
  }

  /** A page of messages, the newest first. */
  async findNewest({ channel, scope }: HistoryKey, page: HistoryPageRequest): Promise<(ChatEntry | WhisperEntry)[]> {
    const rows = await this.pageQuery({ channel, scope }, page);
    return rows.map(toChatEntry);
  }

  /** The statement of `findNewest`, exposed so that a test can explain it. */
  pageQuery(history: HistoryKey, { limit, before, excludedAuthors }: HistoryPageRequest) {
    const { db } = this.database;
    const newest = db.select().from(chatMessages).where(isInHistory(history, before)).orderBy(desc(chatMessages.id));
    if (!excludedAuthors?.size) return newest.limit(limit);
    const scanned = newest.limit(MAX_SCANNED).as('read');
    return db
      .select()
      .from(scanned)
      .where(notInArray(scanned.fromUser, [...excludedAuthors]))
      .orderBy(desc(scanned.id))
      .limit(limit);
  }

  /** The last message that a page with excluded authors scans; null if it scans the rest of the history. */
  async lastScannedId(history: HistoryKey, { before }: Pick<HistoryPageRequest, 'before'>): Promise<string | null> {
    const { id } = chatMessages;
    const [last] = await this.database.db
      .select({ id })
      .from(chatMessages)
      .where(isInHistory(history, before))
      .orderBy(desc(id))
      .offset(MAX_SCANNED - 1)
      .limit(1);
    return last === undefined ? null : String(last.id);
  }

  /** The messages that a user has written after the one with this id, the oldest first. */
  async writtenBy(userId: string, limit: number, after: bigint): Promise<(ChatEntry | WhisperEntry)[]> {
    const rows = await this.database.db
      .select()
      .from(chatMessages)
      .where(and(eq(chatMessages.fromUser, userId), gt(chatMessages.id, after)))
      .orderBy(asc(chatMessages.id))
      .limit(limit);
    return rows.map(toChatEntry);
  }

  /** Deletes the channel messages of a user, and removes the name from whispers, which belong to the partner as well. */
  async deleteOrAnonymize(userId: string): Promise<void> {
    const { db } = this.database;
    const { fromUser, toUser, channel } = chatMessages;
    await db.delete(chatMessages).where(and(eq(fromUser, userId), ne(channel, WHISPER)));
    const awaitsDelivery = false;
    const anonymous = { fromName: DELETED_AUTHOR_NAME, fromCharacter: null, awaitsDelivery };
    await db.update(chatMessages).set(anonymous).where(eq(fromUser, userId));
    await db.update(chatMessages).set({ toName: DELETED_AUTHOR_NAME, awaitsDelivery }).where(eq(toUser, userId));
  }

  /** Deletes a part of what `deleteOrAnonymize` deletes, in its own transaction. @returns whether there may be more. */
  async deleteSome(userId: string, limit: number): Promise<boolean> {
    const { db } = this.database;
    const { id, fromUser, channel } = chatMessages;
    const batch = db
      .select({ id })
      .from(chatMessages)
      .where(and(eq(fromUser, userId), ne(channel, WHISPER)))
      .orderBy(asc(id))
      .limit(limit);
    return (await db.delete(chatMessages).where(inArray(id, batch)).returning({ id })).length === limit;
  }

  /**
   * Deletes up to `limit` messages older than the cutoff; none while another node's transaction does so. Scans only the lowest
   * ids, because ids grow with time. Call it inside a transaction. @returns the number deleted.
   */
  async deleteOldest(cutoff: Date, limit: number): Promise<number> {
    const { db } = this.database;
    const claim = sql`select pg_try_advisory_xact_lock(hashtextextended('chat:retention', 0)) as claimed`;
    const { rows } = await db.execute<{ claimed: boolean }>(claim);
    if (rows[0]?.claimed !== true) return 0;
    const { id, createdAt } = chatMessages;
    const oldest = db.select({ id, createdAt }).from(chatMessages).orderBy(asc(id)).limit(limit).as('oldest');
    const outdated = db.select({ id: oldest.id }).from(oldest).where(lt(oldest.createdAt, cutoff));
    return (await db.delete(chatMessages).where(inArray(id, outdated)).returning({ id })).length;
  }
}

const isInHistory = ({ channel, scope }: HistoryKey, before: bigint | undefined) =>
  and(
    eq(chatMessages.channel, channel),
    eq(chatMessages.scope, scope),
    before === undefined ? undefined : lt(chatMessages.id, before),
  );

function toChatEntry(row: typeof chatMessages.$inferSelect): ChatEntry | WhisperEntry {
  const { channel, text, fromUser, fromCharacter, fromName, toUser, toName } = row;
  const entry = {
    id: String(row.id),
    from: { userId: fromUser, ...(fromCharacter === null ? {} : { characterId: fromCharacter }), name: fromName },
    text,
    createdAt: row.createdAt.toISOString(),
  };
  if (channel !== WHISPER) return { ...entry, channel };
  // A table constraint guarantees that a whisper has a receiver.
  return { ...entry, to: { userId: toUser ?? '', name: toName ?? '' } };
}
