/** Stores which conversations of a user count towards the limit, and finds the ones to hide. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind } from '@aeturnis/contracts';
import { Database, lockInOrder } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { conversationLog as log, conversationMembers as members, conversations } from '../conversations.schema';

/** A direct conversation of a user that does not count towards the limit. It may begin to count if the user has written in it. */
interface UncountedDirect extends Record<string, unknown> {
  conversationId: string;
  pair: string;
  /** The user has written in it, and the partner still has an account. */
  answered: boolean;
}

@Injectable()
export class ConversationQuotaRepository {
  constructor(private readonly database: Database) {}

  /** Locks the quota of these users until the transaction ends. */
  lockUsers(userIds: readonly string[]): Promise<void> {
    return lockInOrder(this.database, 'conversation:places', userIds);
  }

  /** The users among these that are in at least `limit` conversations that count. */
  async usersAtLimit(userIds: readonly string[], limit: number): Promise<Set<string>> {
    const { rows } = await this.database.db.execute<{ id: string }>(sql`
      select id from unnest(${sql.param([...userIds])}::uuid[]) as given (id)
      where exists (select from ${members} as member
        where member.user_id = given.id and member.left_seq is null and member.counted offset ${limit - 1})`);
    return new Set(rows.map(({ id }) => id));
  }

  /** Stops counting direct conversations whose partner has no account any more, or whose pair is in `pairs`. */
  async uncountAbandoned(userId: string, pairs: readonly string[]): Promise<void> {
    await this.database.db.execute(sql`
      update ${members} as member set counted = false from ${conversations} as direct
      where member.user_id = ${userId} and member.left_seq is null and member.counted
        and direct.id = member.conversation_id and direct.kind = 'direct'
        and (direct.pair = any(${sql.param([...pairs])}::text[]) or not ${HAS_PARTNER})`);
  }

  /** How many more conversations that count the user may be in. */
  async remainingCapacity(userId: string, limit: number): Promise<number> {
    const { rows } = await this.database.db.execute<{ count: number }>(sql`
      select count(*)::int as count from ${members} where user_id = ${userId} and left_seq is null and counted`);
    return Math.max(0, limit - (rows[0]?.count ?? 0));
  }

  /** The users among these that are in at least `limit` groups that do not count. */
  async usersAtUncountedGroupLimit(userIds: readonly string[], limit: number): Promise<Set<string>> {
    const { rows } = await this.database.db.execute<{ id: string }>(sql`
      select id from unnest(${sql.param([...userIds])}::uuid[]) as given (id)
      where exists (select from ${members} as member
        where member.user_id = given.id and member.left_seq is null and ${isOfKind('group')}
          and not member.counted offset ${limit - 1})`);
    return new Set(rows.map(({ id }) => id));
  }

  /** Begins to count up to `limit` groups in which the user has written. */
  async countAnsweredGroups(userId: string, limit: number): Promise<void> {
    await this.database.db.execute(sql`
      update ${members} set counted = true
      where user_id = ${userId} and left_seq is null and conversation_id = any(array(
        select member.conversation_id from ${members} as member
        where member.user_id = ${userId} and member.left_seq is null and not member.counted
          and ${isOfKind('group')} and ${HAS_WRITTEN}
        order by member.conversation_id limit ${limit}))`);
  }

  async countUncountedDirect(userId: string): Promise<number> {
    const { rows } = await this.database.db.execute<{ count: number }>(sql`
      select count(*)::int as count from ${members} as member
      where user_id = ${userId} and left_seq is null and ${isOfKind('direct')} and not counted`);
    return rows[0]?.count ?? 0;
  }

  /** The oldest first. */
  async findUncountedDirect(userId: string): Promise<UncountedDirect[]> {
    const { rows } = await this.database.db.execute<UncountedDirect>(sql`
      select member.conversation_id as "conversationId", direct.pair, ${HAS_PARTNER} and ${HAS_WRITTEN} as answered
      from ${members} as member join ${conversations} as direct on direct.id = member.conversation_id
      where member.user_id = ${userId} and member.left_seq is null and not member.counted and direct.kind = 'direct'
      order by direct.created_at, direct.id`);
    return rows;
  }

  async markCounted(userId: string, conversationIds: readonly string[]): Promise<void> {
    await this.database.db.execute(sql`
      update ${members} set counted = true
      where user_id = ${userId} and conversation_id = any(${sql.param([...conversationIds])}::uuid[]) and left_seq is null`);
  }
}

const HAS_WRITTEN = sql`exists (select from ${log} as entry where entry.actor_id = member.user_id
  and entry.conversation_id = member.conversation_id and entry.type = 'message:new')`;

// A scalar subquery, which the planner does not turn into a join: it is evaluated only for rows that pass the other conditions.
const isOfKind = (kind: ConversationKind) => sql`(select conversation.kind from ${conversations} as conversation
  where conversation.id = member.conversation_id) = ${kind}`;

/** True also if the conversation is hidden from the partner. */
const HAS_PARTNER = sql`exists (select from ${members} as partner
  where partner.conversation_id = member.conversation_id and partner.user_id <> member.user_id
    and (partner.left_seq is null or partner.left_seq = 0))`;
