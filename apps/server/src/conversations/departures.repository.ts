/** Takes a user out of many conversations at once, each with the entries of its log that tell of it. */
import { Injectable } from '@nestjs/common';
import { Database, statement } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import {
  conversationHeads as heads,
  conversationLog as log,
  conversationMembers as members,
  conversations,
  conversationUnpublished as queue,
} from './conversations.schema';
import type { Appended, LogEntry } from './log-entry';
import { type HeadRow, KEEP_OR_TAKE_LEASE, NOW } from './log.statements.repository';
import { NodeLife } from './node-life';

/** What leaving one conversation has added to its log: that the user is gone, and who has become an admin. */
export interface Departure {
  readonly appended: Appended;
  readonly entries: readonly LogEntry[];
}

@Injectable()
export class DeparturesRepository {
  constructor(
    private readonly database: Database,
    private readonly life: NodeLife,
  ) {}

  /** Some conversations that the user is in. Nobody else changes them until the transaction ends. */
  async lockSome(userId: string, limit: number): Promise<string[]> {
    const rows = await LOCK_SOME(this.database.db, { userId, limit });
    return rows.map(({ conversationId }) => conversationId);
  }

  /**
   * Call it after `lockSome`, in the same transaction. Where the last admin of a group goes, who has been there longest
   * becomes one.
   */
  async leave(userId: string, conversationIds: readonly string[]): Promise<Departure[]> {
    const { id: node, heard } = this.life;
    const rows = await LEAVE(this.database.db, { userId, conversationIds, node, heard });
    return rows.map((row) => departureOf(userId, row));
  }
}

function departureOf(userId: string, { conversationId, heirId, publisher, ...row }: DepartureRow): Departure {
  const [seq, published, at] = [Number(row.seq), Number(row.published), new Date(row.at)];
  const nothing = { conversationId, id: null, messageId: null, actorId: userId, at, tempId: null, content: null };
  const removed = { ...nothing, type: 'conversation:member_removed', facts: { userId } } as const;
  const heir = {
    ...nothing,
    type: 'conversation:role_changed',
    facts: { userId: heirId ?? '', role: 'admin' },
  } as const;
  const entries =
    heirId === null
      ? [{ ...removed, seq }]
      : [
          { ...removed, seq: seq - 1 },
          { ...heir, seq },
        ];
  return { appended: { conversationId, seq, at, publisher, published }, entries };
}

type DepartureRow = HeadRow & { conversationId: string; heirId: string | null };

const value = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;

/** In the order in which publishers lock several of them, so that no two wait for each other. */
const LOCK_SOME = statement<{ userId: string; limit: number }, { conversationId: string }>(
  'conversation_lock_some',
  sql`
  select conversation_id as "conversationId" from ${heads}
  where conversation_id = any(array(
    select conversation_id from ${members} where user_id = ${value('userId', 'uuid')} and left_seq is null
    order by conversation_id limit ${value('limit', 'int')}))
  order by conversation_id for no key update`,
);

const LEAVE = statement<
  { userId: string; conversationIds: readonly string[]; node: string; heard: boolean },
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
    where member.user_id = ${value('userId', 'uuid')} and member.left_seq is null
      and member.conversation_id = any(${value('conversationIds', 'uuid[]')})
  ), head as (
    update ${heads} as head
    set head = head.head + case when departure.heir_id is null then 1 else 2 end, ${KEEP_OR_TAKE_LEASE}
    from departure where head.conversation_id = departure.conversation_id
    returning head.conversation_id, head.head as seq, publisher, published, departure.heir_id, ${NOW} as at,
      head.head - case when departure.heir_id is null then 0 else 1 end as left_seq
  ), entry as (
    insert into ${log} (conversation_id, seq, type, actor_id, at, facts)
    select conversation_id, left_seq, 'conversation:member_removed', ${value('userId', 'uuid')}, at,
      jsonb_build_object('userId', ${value('userId', 'uuid')})
    from head
    union all
    select conversation_id, seq, 'conversation:role_changed', ${value('userId', 'uuid')}, at,
      jsonb_build_object('userId', heir_id, 'role', 'admin')
    from head where heir_id is not null
  ), gone as (
    update ${members} as member set left_seq = head.left_seq from head
    where member.conversation_id = head.conversation_id and member.user_id = ${value('userId', 'uuid')}
  ), promoted as (
    update ${members} as member set role = 'admin' from head
    where member.conversation_id = head.conversation_id and member.user_id = head.heir_id
  ), queued as (
    insert into ${queue} (conversation_id) select conversation_id from head on conflict do nothing
  )
  select conversation_id as "conversationId", seq, at, publisher, published, heir_id as "heirId" from head`,
);
