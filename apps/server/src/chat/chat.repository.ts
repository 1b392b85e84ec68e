/** Keeps what was said: appends it, reads it backwards, and forgets it again. */
import { Injectable } from '@nestjs/common';
import type { ChatAuthor, ChatChannel, ChatEntry, ChatSent, WhisperEntry } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, asc, desc, eq, gt, inArray, lt, ne, notInArray, sql } from 'drizzle-orm';
import { chatMessages, WHISPER } from './chat.schema';

/** A history of its own: a channel, or the part of it with this scope. */
export interface History {
  channel: ChatChannel | typeof WHISPER;
  scope: string;
}

/** A part of a history: at most so many messages. */
export interface Page {
  readonly limit: number;
  /** Leaves out the message with this id and all newer ones. */
  readonly before?: bigint | undefined;
  /** Whose messages are left out: then no more than `MAX_READ` messages are looked at. */
  readonly without?: ReadonlySet<string>;
}

export interface NewMessage extends History {
  from: ChatAuthor;
  to?: WhisperEntry['to'];
  text: string;
  /** Of a whisper: whether it is still to be found out if it has arrived. */
  awaitsDelivery?: boolean;
}

/** Messages that are read for one page, where some are left out of it. */
export const MAX_READ = 500;

/** What an author is called whose account has been deleted. */
export const DELETED_NAME = 'deleted';

@Injectable()
export class ChatRepository {
  constructor(private readonly database: Database) {}

  async insert({ channel, scope, from, to, text, awaitsDelivery = false }: NewMessage): Promise<ChatSent> {
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
    if (!row) throw new Error('an insert returned no row');
    return { id: String(row.id), createdAt: row.createdAt.toISOString() };
  }

  /** The newest messages first. */
  async newest({ channel, scope }: History, page: Page): Promise<(ChatEntry | WhisperEntry)[]> {
    const rows = await this.pageQuery({ channel, scope }, page);
    return rows.map(toEntry);
  }

  /** The statement behind `newest`, so that a test can ask PostgreSQL how it would run. */
  pageQuery(history: History, { limit, before, without }: Page) {
    const { db } = this.database;
    const newest = db.select().from(chatMessages).where(partOf(history, before)).orderBy(desc(chatMessages.id));
    if (!without?.size) return newest.limit(limit);
    const read = newest.limit(MAX_READ).as('read');
    return db
      .select()
      .from(read)
      .where(notInArray(read.fromUser, [...without]))
      .orderBy(desc(read.id))
      .limit(limit);
  }

  /** The last message that a page may look at, where others are left out of it; null where it looks at all there are. */
  async lastRead(history: History, { before }: Pick<Page, 'before'>): Promise<string | null> {
    const { id } = chatMessages;
    const [last] = await this.database.db
      .select({ id })
      .from(chatMessages)
      .where(partOf(history, before))
      .orderBy(desc(id))
      .offset(MAX_READ - 1)
      .limit(1);
    return last === undefined ? null : String(last.id);
  }

  /** What a user has written, oldest first, after the message with that id. */
  async writtenBy(userId: string, limit: number, after: bigint): Promise<(ChatEntry | WhisperEntry)[]> {
    const rows = await this.database.db
      .select()
      .from(chatMessages)
      .where(and(eq(chatMessages.fromUser, userId), gt(chatMessages.id, after)))
      .orderBy(asc(chatMessages.id))
      .limit(limit);
    return rows.map(toEntry);
  }

  /** Removes what a user said on channels, and the names from the whispers, which belong to the other side as well. */
  async forget(userId: string): Promise<void> {
    const { db } = this.database;
    const { fromUser, toUser, channel } = chatMessages;
    await db.delete(chatMessages).where(and(eq(fromUser, userId), ne(channel, WHISPER)));
    const awaitsDelivery = false;
    const anonymous = { fromName: DELETED_NAME, fromCharacter: null, awaitsDelivery };
    await db.update(chatMessages).set(anonymous).where(eq(fromUser, userId));
    await db.update(chatMessages).set({ toName: DELETED_NAME, awaitsDelivery }).where(eq(toUser, userId));
  }

  /** Does some of what `forget` does, in a transaction of its own. @returns whether there may be more. */
  async forgetSome(userId: string, limit: number): Promise<boolean> {
    const { db } = this.database;
    const { id, fromUser, channel } = chatMessages;
    const some = db
      .select({ id })
      .from(chatMessages)
      .where(and(eq(fromUser, userId), ne(channel, WHISPER)))
      .orderBy(asc(id))
      .limit(limit);
    return (await db.delete(chatMessages).where(inArray(id, some)).returning({ id })).length === limit;
  }

  /**
   * Deletes up to `limit` messages older than the cutoff and answers how many; none while another node is in a transaction
   * that does so. Looks at the lowest ids alone, for ids grow with time. Call inside a transaction.
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

const partOf = ({ channel, scope }: History, before: bigint | undefined) =>
  and(
    eq(chatMessages.channel, channel),
    eq(chatMessages.scope, scope),
    before === undefined ? undefined : lt(chatMessages.id, before),
  );

function toEntry(row: typeof chatMessages.$inferSelect): ChatEntry | WhisperEntry {
  const { channel, text, fromUser, fromCharacter, fromName, toUser, toName } = row;
  const entry = {
    id: String(row.id),
    from: { userId: fromUser, ...(fromCharacter === null ? {} : { characterId: fromCharacter }), name: fromName },
    text,
    createdAt: row.createdAt.toISOString(),
  };
  if (channel !== WHISPER) return { ...entry, channel };
  // A constraint of the table sees to it that a whisper has a receiver.
  return { ...entry, to: { userId: toUser ?? '', name: toName ?? '' } };
}
