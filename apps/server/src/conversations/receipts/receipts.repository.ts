/** Finds the recipients of receipts, with one statement per batch and kind. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { conversationLog as log, conversationMembers as members } from '../conversations.schema';
import type { ReadReceipt } from './pending-receipts';

/** A user and a conversation. */
export interface MembershipKey extends Record<string, unknown> {
  readonly conversationId: string;
  readonly userId: string;
}

@Injectable()
export class ReceiptsRepository {
  constructor(private readonly database: Database) {}

  /** The conversations among these that have at most `maxMembers` members. */
  async conversationsWithAtMost(maxMembers: number, conversationIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.database.db.execute<{ id: string }>(sql`
      select given.id from unnest(${sql.param([...conversationIds])}::uuid[]) as given (id)
      where (select count(*) from (select from ${members} as member
        where member.conversation_id = given.id and member.left_seq is null limit ${maxMembers + 1}) as counted) <= ${maxMembers}`);
    return new Set(rows.map(({ id }) => id));
  }

  /** The pairs among these whose user is a member now. */
  async currentMembersAmong(memberships: readonly MembershipKey[]): Promise<MembershipKey[]> {
    const conversationIds = sql.param(memberships.map(({ conversationId }) => conversationId));
    const userIds = sql.param(memberships.map(({ userId }) => userId));
    const { rows } = await this.database.db.execute<MembershipKey & Record<string, unknown>>(sql`
      select member.conversation_id as "conversationId", member.user_id as "userId"
      from unnest(${conversationIds}::uuid[], ${userIds}::uuid[]) as given (conversation_id, user_id)
      join ${members} as member on member.conversation_id = given.conversation_id and member.user_id = given.user_id
      where member.left_seq is null`);
    return rows;
  }

  /** For each read receipt, in order, the current members that wrote a message in its range. */
  async authorsOfRead(reads: readonly ReadReceipt[]): Promise<string[][]> {
    const conversationIds = sql.param(reads.map(({ conversationId }) => conversationId));
    const from = sql.param(reads.map((read) => read.from));
    const to = sql.param(reads.map((read) => read.to));
    const { rows } = await this.database.db.execute<{ senders: string[] }>(sql`
      select array(
        select member.user_id from (
          select distinct entry.actor_id from ${log} as entry
          where entry.conversation_id = read.conversation_id and entry.seq > read.after and entry.seq <= read.up_to
            and entry.type = 'message:new'
        ) as said join ${members} as member
          on member.conversation_id = read.conversation_id and member.user_id = said.actor_id
        where member.left_seq is null
      ) as senders
      from unnest(${conversationIds}::uuid[], ${from}::bigint[], ${to}::bigint[])
        with ordinality as read (conversation_id, after, up_to, place)
      order by read.place`);
    return rows.map(({ senders }) => senders);
  }
}
