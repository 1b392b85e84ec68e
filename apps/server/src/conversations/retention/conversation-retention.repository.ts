/** Finds and deletes former memberships and conversations without members. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { asc, gt, sql } from 'drizzle-orm';
import {
  conversationLog as log,
  conversationMembers as members,
  conversationReactions as reactions,
  conversations,
  conversationUnpublished as queue,
} from '../conversations.schema';

@Injectable()
export class ConversationRetentionRepository {
  constructor(private readonly database: Database) {}

  /** @returns the next ids in order; none while another node holds the retention lock. Call it inside a transaction. */
  async nextConversations(after: string, limit: number): Promise<string[]> {
    const { db } = this.database;
    const { rows } = await db.execute<{ claimed: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended('conversation:retention', 0)) as claimed`,
    );
    if (rows[0]?.claimed !== true) return [];
    const { id } = conversations;
    const found = await db.select({ id }).from(conversations).where(gt(id, after)).orderBy(asc(id)).limit(limit);
    return found.map((row) => row.id);
  }

  /** Deletes memberships of these conversations that ended before a time. @returns the number deleted. */
  async deleteFormerMemberships(ids: readonly string[], before: Date, limit: number): Promise<number> {
    const { rowCount } = await this.database.db.execute(sql`
      delete from ${members} where (conversation_id, user_id) in (
        select former.conversation_id, former.user_id from ${members} as former
        join ${log} as entry on entry.conversation_id = former.conversation_id and entry.seq = former.left_seq
        where former.conversation_id = any(${sql.param([...ids])}::uuid[]) and former.left_seq > 0
          and entry.at < ${before.toISOString()}::timestamptz
        limit ${limit})`);
    return rowCount ?? 0;
  }

  /** The conversations among these without members and without entries since a time. */
  async findEmptySince(ids: readonly string[], before: Date): Promise<string[]> {
    const { rows } = await this.database.db.execute<{ id: string }>(sql`
      select id from ${conversations} as conversation where id = any(${sql.param([...ids])}::uuid[]) and ${IS_EMPTY}
        and coalesce((select at from ${log} as entry where entry.conversation_id = conversation.id
          order by seq desc limit 1), '-infinity') < ${before.toISOString()}::timestamptz`);
    return rows.map(({ id }) => id);
  }

  /** Removes the pair, the creation key and all memberships, so that no request finds it. @returns false if it has members. */
  async closeEmpty(id: string): Promise<boolean> {
    const { rowCount } = await this.database.db.execute(sql`
      update ${conversations} as conversation set creation_key = null,
        pair = case when pair is null then null else 'ended:' || id end
      where id = ${id} and ${IS_EMPTY}`);
    if (rowCount !== 1) return false;
    await this.database.db.execute(sql`delete from ${members} where conversation_id = ${id}`);
    return true;
  }

  /** Deletes up to `limit` rows of a closed conversation, and the conversation after the last. @returns whether there may be more. */
  async deleteSome(id: string, limit: number): Promise<boolean> {
    for (const table of [reactions, log]) {
      const { rowCount } = await this.database.db.execute(sql`
        delete from ${table} where ctid = any(array(
          select ctid from ${table} where conversation_id = ${id} limit ${limit}))`);
      if (rowCount === limit) return true;
    }
    await this.database.db.execute(sql`delete from ${queue} where conversation_id = ${id}`);
    await this.database.db.execute(sql`delete from ${conversations} where id = ${id}`);
    return false;
  }
}

/** A user from whom a direct conversation is hidden does not count as a member. */
const IS_EMPTY = sql`not exists (
  select from ${members} as member where member.conversation_id = conversation.id and member.left_seq is null)`;
