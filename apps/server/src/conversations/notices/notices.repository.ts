/** Finds whom a stretch of a conversation's log concerns who is to be notified of it, or no more. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { conversationLog as log, conversationMembers as members, conversations } from '../conversations.schema';

/** The entries after one and up to another. */
export interface Stretch {
  readonly conversationId: string;
  readonly after: number;
  readonly upTo: number;
}

export interface Concerned extends Record<string, unknown> {
  conversationId: string;
  userId: string;
  /** Went in this stretch. */
  gone: boolean;
}

/** Messages of others in the stretch that the user has not read, ascending. */
export interface Unread extends Record<string, unknown> {
  conversationId: string;
  userId: string;
  kind: ConversationKind;
  title: string | null;
  /** By whom, message by message. */
  senders: string[];
  seqs: number[];
}

@Injectable()
export class NoticesRepository {
  constructor(private readonly database: Database) {}

  /** Members who have not read all of it and want to know, and those who went. */
  async concerned(stretches: readonly Stretch[]): Promise<Concerned[]> {
    const { rows } = await this.database.db.execute<Concerned>(sql`
      select member.conversation_id as "conversationId", member.user_id as "userId", member.left_seq is not null as gone
      from ${given(stretches)} join ${members} as member on member.conversation_id = stretch.conversation_id
      where case when member.left_seq is null then not member.muted and member.read_seq < stretch.up_to
        else member.left_seq > stretch.after and member.left_seq <= stretch.up_to end`);
    return rows;
  }

  /** Until the transaction ends these members read nothing, and do not go: what is raised for them is not out of date. */
  async unread(concerned: readonly Pick<Concerned, 'conversationId' | 'userId'>[], stretches: readonly Stretch[]) {
    const conversationIds = sql.param(concerned.map(({ conversationId }) => conversationId));
    const userIds = sql.param(concerned.map(({ userId }) => userId));
    const { rows } = await this.database.db.execute<Unread>(sql`
      with waiting as (
        select member.conversation_id, member.user_id, greatest(member.read_seq, stretch.after) as after, stretch.up_to
        from unnest(${conversationIds}::uuid[], ${userIds}::uuid[]) as concerned (conversation_id, user_id)
        join ${given(stretches)} on stretch.conversation_id = concerned.conversation_id
        join ${members} as member
          on member.conversation_id = concerned.conversation_id and member.user_id = concerned.user_id
        where member.left_seq is null and not member.muted
        order by member.conversation_id, member.user_id for share of member
      )
      select waiting.conversation_id as "conversationId", waiting.user_id as "userId", conversation.kind,
        conversation.title, said.senders, said.seqs
      from waiting join ${conversations} as conversation on conversation.id = waiting.conversation_id
      cross join lateral (
        select array_agg(entry.seq::float8 order by entry.seq) as seqs,
          array_agg(entry.actor_id order by entry.seq) as senders
        from ${log} as entry
        where entry.conversation_id = waiting.conversation_id and entry.seq > waiting.after
          and entry.seq <= waiting.up_to and entry.type = 'message:new' and entry.actor_id <> waiting.user_id
          and entry.deleted_seq is null
      ) as said
      where said.seqs is not null`);
    return rows;
  }
}

function given(stretches: readonly Stretch[]) {
  const ids = sql.param(stretches.map(({ conversationId }) => conversationId));
  const after = sql.param(stretches.map((stretch) => stretch.after));
  const upTo = sql.param(stretches.map((stretch) => stretch.upTo));
  return sql`unnest(${ids}::uuid[], ${after}::bigint[], ${upTo}::bigint[]) as stretch (conversation_id, after, up_to)`;
}
