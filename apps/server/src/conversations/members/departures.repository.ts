/** Removes a user from many conversations in one statement, and appends the matching entries to their logs. */
import { Injectable } from '@nestjs/common';
import { Database, placeholder, preparedStatement } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import {
  conversationHeads as heads,
  conversationLog as log,
  conversationMembers as members,
  conversations,
  conversationUnpublished as queue,
} from '../conversations.schema';
import type { AppendResult, LogEntry } from '../log/log-entry';
import { type LogHeadRow, RENEW_OR_TAKE_LEASE, SQL_NOW } from '../log/log.statements.repository';
import { NodeLiveness } from '../publishing/node-liveness';

/** The entries that a departure has added to one log: the removal, and the promotion of a new admin if there is one. */
interface ConversationDeparture {
  readonly appended: AppendResult;
  readonly entries: readonly LogEntry[];
}

@Injectable()
export class DeparturesRepository {
  constructor(
    private readonly database: Database,
    private readonly liveness: NodeLiveness,
  ) {}

  /** Locks up to `limit` conversations of the user against other writers until the transaction ends. */
  async lockSome(userId: string, limit: number): Promise<string[]> {
    const rows = await LOCK_CONVERSATIONS_OF_USER(this.database.db, { userId, limit });
    return rows.map(({ conversationId }) => conversationId);
  }

  /**
   * Call it after `lockSome`, in the same transaction. If the user was the last admin of a group, its longest-standing
   * member becomes an admin.
   */
  async leave(userId: string, conversationIds: readonly string[]): Promise<ConversationDeparture[]> {
    const { incarnation, canReachPeers } = this.liveness;
    const rows = await LEAVE_CONVERSATIONS(this.database.db, {
      userId,
      conversationIds,
      node: incarnation,
      canReachPeers,
    });
    return rows.map((row) => toDeparture(userId, row));
  }
}

function toDeparture(
  userId: string,
  { conversationId, heirId, publisher, ...row }: DepartureRow,
): ConversationDeparture {
  const [seq, published, at] = [Number(row.seq), Number(row.published), new Date(row.at)];
  const base = { conversationId, id: null, messageId: null, actorId: userId, at, tempId: null, content: null };
  const removed = { ...base, type: 'conversation:member_removed', facts: { userId } } as const;
  const appended = { conversationId, seq, at, publisher, published };
  if (heirId === null) return { appended, entries: [{ ...removed, seq }] };
  const facts = { userId: heirId, role: 'admin' } as const;
  const promoted = { ...base, type: 'conversation:role_changed', facts, seq } as const;
  return { appended, entries: [{ ...removed, seq: seq - 1 }, promoted] };
}

type DepartureRow = LogHeadRow & { conversationId: string; heirId: string | null };

/** Locks in the same order as publishers do, so that the two cannot deadlock. */
const LOCK_CONVERSATIONS_OF_USER = preparedStatement<{ userId: string; limit: number }, { conversationId: string }>(
  'conversation_lock_some',
  sql`
  select conversation_id as "conversationId" from ${heads}
  where conversation_id = any(array(
    select conversation_id from ${members} where user_id = ${placeholder('userId', 'uuid')} and left_seq is null
    order by conversation_id limit ${placeholder('limit', 'int')}))
  order by conversation_id for no key update`,
);

const LEAVE_CONVERSATIONS = preparedStatement<
  { userId: string; conversationIds: readonly string[]; node: string; canReachPeers: boolean },
  DepartureRow
>(
  'conversation_leave_some',
  sql`
  with departure as materialized (
    select member.conversation_id, case
      when member.role <> 'admin' or conversation.kind <> 'group' or exists (
        select from ${members} as admin where admin.conversation_id = member.conversation_id
          and admin.left_seq is null and admin.role = 'admin' and admin.user_id <> member.user_id) then null
      else (select other.user_id from ${members} as other
        where other.conversation_id = member.conversation_id and other.left_seq is null
          and other.user_id <> member.user_id
        order by other.joined_seq, other.user_id limit 1) end as heir_id
    from ${members} as member join ${conversations} as conversation on conversation.id = member.conversation_id
    where member.user_id = ${placeholder('userId', 'uuid')} and member.left_seq is null
      and member.conversation_id = any(${placeholder('conversationIds', 'uuid[]')})
  ), head as (
    update ${heads} as head
    set head = head.head + case when departure.heir_id is null then 1 else 2 end, ${RENEW_OR_TAKE_LEASE}
    from departure where head.conversation_id = departure.conversation_id
    returning head.conversation_id, head.head as seq, publisher, published, departure.heir_id, ${SQL_NOW} as at,
      head.head - case when departure.heir_id is null then 0 else 1 end as left_seq
  ), entry as (
    insert into ${log} (conversation_id, seq, type, actor_id, at, facts)
    select conversation_id, left_seq, 'conversation:member_removed', ${placeholder('userId', 'uuid')}, at,
      jsonb_build_object('userId', ${placeholder('userId', 'uuid')})
    from head
    union all
    select conversation_id, seq, 'conversation:role_changed', ${placeholder('userId', 'uuid')}, at,
      jsonb_build_object('userId', heir_id, 'role', 'admin')
    from head where heir_id is not null
  ), departed as (
    update ${members} as member set left_seq = head.left_seq from head
    where member.conversation_id = head.conversation_id and member.user_id = ${placeholder('userId', 'uuid')}
  ), promoted as (
    update ${members} as member set role = 'admin' from head
    where member.conversation_id = head.conversation_id and member.user_id = head.heir_id
  ), queued as (
    insert into ${queue} (conversation_id) select conversation_id from head on conflict do nothing
  )
  select conversation_id as "conversationId", seq, at, publisher, published, heir_id as "heirId" from head`,
);
