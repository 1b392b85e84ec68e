/** Finds the members to notify of a range of log entries, and the former members whose notification has lapsed. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import type { Absence } from '../../notifications';
import type { LogRange } from '../log/conversation-log.repository';
import {
  conversationHeads as heads,
  conversationLog as log,
  conversationMembers as members,
  conversations,
} from '../conversations.schema';

interface UnnotifiedMember extends Record<string, unknown> {
  conversationId: string;
  userId: string;
  after: number;
}

/** A member, and the last entry that is known to have reached the member. */
export interface LaggingMember extends UnnotifiedMember {
  head: number;
}

export interface AffectedMember extends Record<string, unknown> {
  conversationId: string;
  userId: string;
  /** The member was removed in this range. */
  hasLeft: boolean;
}

/** A member to notify of the entries after `after`, or of the whole range. */
type NoticeRecipient = Pick<AffectedMember, 'conversationId' | 'userId'> & { readonly after?: number };

/** The messages of a conversation, ascending, as two lists of the same length. */
interface ConversationMessages extends Record<string, unknown> {
  conversationId: string;
  kind: ConversationKind;
  title: string | null;
  seqs: number[];
  senders: string[];
}

/** Messages of other users in the range that the user has not read, ascending. */
export interface UnreadMessages extends ConversationMessages {
  userId: string;
}

@Injectable()
export class NoticesRepository {
  constructor(private readonly database: Database) {}

  /** Bounds lock waits and statements until the transaction ends: another transaction may hold a row for seconds. */
  async limitWaits(): Promise<void> {
    const limits = sql`select set_config('lock_timeout', '500ms', true), set_config('statement_timeout', '2s', true)`;
    await this.database.db.execute(limits);
  }

  /** For ranges with a message, the members that have not read all of it and have not muted; and the members removed in a range. */
  async findAffected(ranges: readonly LogRange[]): Promise<AffectedMember[]> {
    const { rows } = await this.database.db.execute<AffectedMember>(sql`
      select member.conversation_id as "conversationId", member.user_id as "userId", false as "hasLeft"
      from ${rangeList(ranges)} cross join lateral (
        select from ${log} as entry
        where entry.conversation_id = entry_range.conversation_id and entry.seq > entry_range.after
          and entry.seq <= entry_range.up_to and entry.type = 'message:new' limit 1
      ) as written join ${members} as member on member.conversation_id = entry_range.conversation_id
      where member.left_seq is null and not member.muted and member.read_seq < entry_range.up_to
      union
      select member.conversation_id, member.user_id, true
      from ${rangeList(ranges)} join ${log} as entry on entry.conversation_id = entry_range.conversation_id
        and entry.seq > entry_range.after and entry.seq <= entry_range.up_to and entry.type = 'conversation:member_removed'
      cross join lateral (
        select conversation_id, user_id from ${members}
        where conversation_id = entry.conversation_id and user_id = (entry.facts ->> 'userId')::uuid
          and left_seq > entry_range.after and left_seq <= entry_range.up_to limit 1
      ) as member`);
    return rows;
  }

  /**
   * The conversations of absent users with messages that are not known to have reached them, and that they have neither read
   * nor reported as delivered.
   */
  async findLagging(absent: readonly Absence[]): Promise<LaggingMember[]> {
    const userIds = sql.param(absent.map(({ userId }) => userId));
    const moments = sql.param(absent.map(({ confirmedUntil }) => confirmedUntil.toISOString()));
    const { rows } = await this.database.db.execute<LaggingMember>(sql`
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
   * Takes at most one range per conversation. Call it in a transaction: it locks the membership rows, so that no member reads
   * or leaves before it ends, and the notifications are not out of date.
   */
  async findUnread(recipients: readonly NoticeRecipient[], ranges: readonly LogRange[]): Promise<UnreadMessages[]> {
    const unnotified = await this.lockRecipients(recipients, ranges);
    const ids = new Set(unnotified.map(({ conversationId }) => conversationId));
    const messages = await this.messagesIn(ranges.filter(({ conversationId }) => ids.has(conversationId)));
    return unnotified.flatMap((member) => toUnread(member, messages.get(member.conversationId)));
  }

  /**
   * Pairs members with their ranges in memory: the planner assumes short lists and would join two of them with nested loops.
   * Looks up each member in a lateral subquery: otherwise the planner would read all members.
   */
  private async lockRecipients(
    recipients: readonly NoticeRecipient[],
    ranges: readonly LogRange[],
  ): Promise<UnnotifiedMember[]> {
    const byId = new Map(ranges.map((range) => [range.conversationId, range]));
    // Rows are locked in one order, so that two transactions cannot deadlock.
    const known = recipients
      .filter(({ conversationId }) => byId.has(conversationId))
      .sort((a, b) => (membershipKey(a) < membershipKey(b) ? -1 : 1));
    if (known.length === 0) return [];
    const conversationIds = sql.param(known.map(({ conversationId }) => conversationId));
    const userIds = sql.param(known.map(({ userId }) => userId));
    const after = sql.param(
      known.map((member) => Math.max(member.after ?? 0, byId.get(member.conversationId)?.after ?? 0)),
    );
    const { rows } = await this.database.db.execute<UnnotifiedMember>(sql`
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

  /** Reads each range once, for all its members. */
  private async messagesIn(ranges: readonly LogRange[]): Promise<Map<string, ConversationMessages>> {
    if (ranges.length === 0) return new Map();
    const { rows } = await this.database.db.execute<ConversationMessages>(sql`
      select entry_range.conversation_id as "conversationId", conversation.kind, conversation.title, said.seqs, said.senders
      from ${rangeList(ranges)} cross join lateral (
        select kind, title from ${conversations} where id = entry_range.conversation_id limit 1
      ) as conversation cross join lateral (
        select array_agg(entry.seq::float8 order by entry.seq) as seqs,
          array_agg(entry.actor_id order by entry.seq) as senders
        from ${log} as entry
        where entry.conversation_id = entry_range.conversation_id and entry.seq > entry_range.after
          and entry.seq <= entry_range.up_to and entry.type = 'message:new' and entry.deleted_seq is null
      ) as said
      where said.seqs is not null`);
    return new Map(rows.map((row) => [row.conversationId, row]));
  }
}

const membershipKey = ({ conversationId, userId }: Pick<AffectedMember, 'conversationId' | 'userId'>): string =>
  `${conversationId} ${userId}`;

function toUnread(
  { conversationId, userId, after }: UnnotifiedMember,
  messages: ConversationMessages | undefined,
): UnreadMessages[] {
  if (!messages) return [];
  const { kind, title } = messages;
  const unread: UnreadMessages = { conversationId, userId, kind, title, seqs: [], senders: [] };
  for (const [index, seq] of messages.seqs.entries()) {
    const sender = messages.senders[index];
    if (seq <= after || sender === undefined || sender === userId) continue;
    unread.seqs.push(seq);
    unread.senders.push(sender);
  }
  return unread.seqs.length === 0 ? [] : [unread];
}

function rangeList(ranges: readonly LogRange[]) {
  const ids = sql.param(ranges.map(({ conversationId }) => conversationId));
  const after = sql.param(ranges.map((range) => range.after));
  const upTo = sql.param(ranges.map((range) => range.upTo));
  return sql`unnest(${ids}::uuid[], ${after}::bigint[], ${upTo}::bigint[]) as entry_range (conversation_id, after, up_to)`;
}
