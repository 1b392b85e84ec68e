/** Finds whom a range of a conversation's log concerns: who is to be notified of it, and whose notification has lapsed. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import type { Absence } from '../../notifications';
import {
  conversationHeads as heads,
  conversationLog as log,
  conversationMembers as members,
  conversations,
} from '../conversations.schema';

/** The entries after one and up to another. */
export interface Stretch {
  readonly conversationId: string;
  readonly after: number;
  readonly upTo: number;
}

/** A member, and the entries up to which everything is known to have reached the member. */
export interface Behind extends Record<string, unknown> {
  conversationId: string;
  userId: string;
  after: number;
  head: number;
}

export interface Concerned extends Record<string, unknown> {
  conversationId: string;
  userId: string;
  /** Went in this stretch. */
  gone: boolean;
}

/** Messages of others in the stretch that the user has not read, ascending. */
export interface Unread {
  conversationId: string;
  userId: string;
  kind: ConversationKind;
  title: string | null;
  /** By whom, message by message. */
  senders: string[];
  seqs: number[];
}

/** A member to be notified, of what came after an entry of their own or after the beginning of the stretch. */
type Addressed = Pick<Concerned, 'conversationId' | 'userId'> & { readonly after?: number };

interface Waiting extends Record<string, unknown> {
  conversationId: string;
  userId: string;
  after: number;
}

/** The messages of a conversation, ascending, as two lists of the same length. */
interface Said extends Record<string, unknown> {
  conversationId: string;
  kind: ConversationKind;
  title: string | null;
  seqs: number[];
  senders: string[];
}

@Injectable()
export class NoticesRepository {
  constructor(private readonly database: Database) {}

  /** Until the transaction ends no statement waits long: somebody else may hold a row for seconds. */
  async limitWaits(): Promise<void> {
    const limits = sql`select set_config('lock_timeout', '500ms', true), set_config('statement_timeout', '2s', true)`;
    await this.database.db.execute(limits);
  }

  /** Members who have not read all of it and want to know, where somebody has written in it; and those who went. */
  async concerned(stretches: readonly Stretch[]): Promise<Concerned[]> {
    const { rows } = await this.database.db.execute<Concerned>(sql`
      select member.conversation_id as "conversationId", member.user_id as "userId", false as gone
      from ${given(stretches)} cross join lateral (
        select from ${log} as entry
        where entry.conversation_id = stretch.conversation_id and entry.seq > stretch.after
          and entry.seq <= stretch.up_to and entry.type = 'message:new' limit 1
      ) as written join ${members} as member on member.conversation_id = stretch.conversation_id
      where member.left_seq is null and not member.muted and member.read_seq < stretch.up_to
      union
      select member.conversation_id, member.user_id, true
      from ${given(stretches)} join ${log} as entry on entry.conversation_id = stretch.conversation_id
        and entry.seq > stretch.after and entry.seq <= stretch.up_to and entry.type = 'conversation:member_removed'
      cross join lateral (
        select conversation_id, user_id from ${members}
        where conversation_id = entry.conversation_id and user_id = (entry.facts ->> 'userId')::uuid
          and left_seq > stretch.after and left_seq <= stretch.up_to limit 1
      ) as member`);
    return rows;
  }

  /**
   * For users who have gone: the conversations in which something was said that is not known to have reached them, and that
   * they have neither read nor reported as delivered.
   */
  async behind(absent: readonly Absence[]): Promise<Behind[]> {
    const userIds = sql.param(absent.map(({ userId }) => userId));
    const moments = sql.param(absent.map(({ confirmedUntil }) => confirmedUntil.toISOString()));
    const { rows } = await this.database.db.execute<Behind>(sql`
      select member.conversation_id as "conversationId", member.user_id as "userId",
        greatest(member.read_seq, member.delivered_seq, coalesce(confirmed.seq, 0))::float8 as after,
        head.head::float8 as head
      from unnest(${userIds}::uuid[], ${moments}::timestamptz[]) as given (user_id, confirmed_until)
      cross join lateral (
        select conversation_id, user_id, read_seq, delivered_seq from ${members}
        where user_id = given.user_id and left_seq is null and not muted
      ) as member
      cross join lateral (
        select head from ${heads} where conversation_id = member.conversation_id
          and head > greatest(member.read_seq, member.delivered_seq) and last_message_at >= given.confirmed_until
      ) as head
      left join lateral (
        select seq from ${log} where conversation_id = member.conversation_id and at < given.confirmed_until
        order by seq desc limit 1
      ) as confirmed on true`);
    return rows;
  }

  /**
   * At most one stretch per conversation; a member may be behind less than that. Call it in a transaction: until that ends
   * these members read nothing and do not go, so that what is raised for them is not out of date.
   */
  async unread(concerned: readonly Addressed[], stretches: readonly Stretch[]): Promise<Unread[]> {
    const waiting = await this.waiting(concerned, stretches);
    const ids = new Set(waiting.map(({ conversationId }) => conversationId));
    const said = await this.said(stretches.filter(({ conversationId }) => ids.has(conversationId)));
    return waiting.flatMap((member) => unreadOf(member, said.get(member.conversationId)));
  }

  /**
   * Every member is paired with its stretch before PostgreSQL sees them: two lists joined there would be compared pair by
   * pair, for the planner takes a list to be short. Each is looked up by itself: the planner would rather read all members.
   */
  private async waiting(concerned: readonly Addressed[], stretches: readonly Stretch[]): Promise<Waiting[]> {
    const byId = new Map(stretches.map((stretch) => [stretch.conversationId, stretch]));
    // All lock the rows in one order, so that no two wait for each other.
    const known = concerned
      .filter(({ conversationId }) => byId.has(conversationId))
      .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
    if (known.length === 0) return [];
    const conversationIds = sql.param(known.map(({ conversationId }) => conversationId));
    const userIds = sql.param(known.map(({ userId }) => userId));
    const after = sql.param(
      known.map((member) => Math.max(member.after ?? 0, byId.get(member.conversationId)?.after ?? 0)),
    );
    const { rows } = await this.database.db.execute<Waiting>(sql`
      select member.conversation_id as "conversationId", member.user_id as "userId",
        greatest(member.read_seq, concerned.after)::float8 as after
      from unnest(${conversationIds}::uuid[], ${userIds}::uuid[], ${after}::bigint[])
        as concerned (conversation_id, user_id, after)
      cross join lateral (
        select conversation_id, user_id, read_seq from ${members}
        where conversation_id = concerned.conversation_id and user_id = concerned.user_id
          and left_seq is null and not muted
        limit 1 for share
      ) as member`);
    return rows;
  }

  /** Read once per conversation, however many members are waiting for them. */
  private async said(stretches: readonly Stretch[]): Promise<Map<string, Said>> {
    if (stretches.length === 0) return new Map();
    const { rows } = await this.database.db.execute<Said>(sql`
      select stretch.conversation_id as "conversationId", conversation.kind, conversation.title, said.seqs, said.senders
      from ${given(stretches)} cross join lateral (
        select kind, title from ${conversations} where id = stretch.conversation_id limit 1
      ) as conversation cross join lateral (
        select array_agg(entry.seq::float8 order by entry.seq) as seqs,
          array_agg(entry.actor_id order by entry.seq) as senders
        from ${log} as entry
        where entry.conversation_id = stretch.conversation_id and entry.seq > stretch.after
          and entry.seq <= stretch.up_to and entry.type = 'message:new' and entry.deleted_seq is null
      ) as said
      where said.seqs is not null`);
    return new Map(rows.map((row) => [row.conversationId, row]));
  }
}

const placeOf = ({ conversationId, userId }: Pick<Concerned, 'conversationId' | 'userId'>): string =>
  `${conversationId} ${userId}`;

function unreadOf({ conversationId, userId, after }: Waiting, said: Said | undefined): Unread[] {
  if (!said) return [];
  const { kind, title } = said;
  const unread: Unread = { conversationId, userId, kind, title, seqs: [], senders: [] };
  for (const [index, seq] of said.seqs.entries()) {
    const sender = said.senders[index];
    if (seq <= after || sender === undefined || sender === userId) continue;
    unread.seqs.push(seq);
    unread.senders.push(sender);
  }
  return unread.seqs.length === 0 ? [] : [unread];
}

function given(stretches: readonly Stretch[]) {
  const ids = sql.param(stretches.map(({ conversationId }) => conversationId));
  const after = sql.param(stretches.map((stretch) => stretch.after));
  const upTo = sql.param(stretches.map((stretch) => stretch.upTo));
  return sql`unnest(${ids}::uuid[], ${after}::bigint[], ${upTo}::bigint[]) as stretch (conversation_id, after, up_to)`;
}
