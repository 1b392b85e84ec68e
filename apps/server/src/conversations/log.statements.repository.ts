/** The statements of the log that run all the time. */
import { statement } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { conversationHeads, conversationLog, conversationMembers } from './conversations.schema';
import type { EntryType, Facts } from './log-entry';

/** How long a node keeps publishing a conversation that it has written to; then another one may. */
export const LEASE = sql.raw(`interval '2 seconds'`);

export interface HeadRow {
  seq: string;
  at: string;
  publisher: string;
  published: string;
}
export type SendRow = HeadRow & { current: boolean | null; id: string | null; duplicate: boolean };
export interface EntryRow {
  conversationId: string;
  seq: string;
  type: EntryType;
  id: string | null;
  messageId: string | null;
  actorId: string;
  at: string;
  tempId: string | null;
  content: string | null;
  facts: Facts | null;
}

const value = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;
/** Whole milliseconds, as clients are told; taken under the lock, so that times follow the numbers. */
const NOW = sql.raw(`date_trunc('milliseconds', clock_timestamp())`);
/** Who publishes goes on publishing; where nobody does any more, this node does. */
const KEEP_OR_TAKE_LEASE = sql`
  unpublished = true,
  publisher = case when publisher_until > clock_timestamp() then publisher else ${value('node', 'uuid')} end,
  publisher_until = case when publisher_until > clock_timestamp() and publisher <> ${value('node', 'uuid')}
    then publisher_until else clock_timestamp() + ${LEASE} end`;

export const LOCK = statement<{ conversationId: string }, object>(
  'conversation_lock',
  sql`select from ${conversationHeads} where conversation_id = ${value('conversationId', 'uuid')} for no key update`,
);

/** Answers one row: whether the sender is a member (null: never was), and the message, new or found by its `tempId`. */
export const SEND = statement<
  { conversationId: string; senderId: string; content: string; tempId: string | null; node: string },
  SendRow
>(
  'conversation_send',
  sql`
  with member as (
    select left_seq is null as current from ${conversationMembers}
    where conversation_id = ${value('conversationId', 'uuid')} and user_id = ${value('senderId', 'uuid')}
  ), earlier as (
    select id, seq, at from ${conversationLog}
    where conversation_id = ${value('conversationId', 'uuid')} and actor_id = ${value('senderId', 'uuid')}
      and temp_id = ${value('tempId', 'text')}
  ), head as (
    update ${conversationHeads} set head = head + 1, last_message_at = ${NOW}, ${KEEP_OR_TAKE_LEASE}
    where conversation_id = ${value('conversationId', 'uuid')}
      and (select current from member) and not exists (select from earlier)
    returning head, last_message_at, publisher, published
  ), entry as (
    insert into ${conversationLog} (conversation_id, seq, type, id, actor_id, at, temp_id, content)
    select ${value('conversationId', 'uuid')}, head, 'message:new', gen_random_uuid(), ${value('senderId', 'uuid')},
      last_message_at, ${value('tempId', 'text')}, ${value('content', 'text')} from head
    returning id, seq, at
  )
  select member.current, coalesce(entry.id, earlier.id) as id, coalesce(entry.seq, earlier.seq) as seq,
    coalesce(entry.at, earlier.at) as at, entry.id is null as duplicate, head.publisher, head.published
  from (select) as one left join member on true left join entry on true left join head on true
    left join earlier on member.current`,
);

/** `entries` is JSON, a list of `NewEntry`. */
export const APPEND = statement<{ conversationId: string; entries: string; count: number; node: string }, HeadRow>(
  'conversation_append',
  sql`
  with head as (
    update ${conversationHeads} set head = head + ${value('count', 'int')}, ${KEEP_OR_TAKE_LEASE}
    where conversation_id = ${value('conversationId', 'uuid')}
    returning head, ${NOW} as at, publisher, published
  ), entry as (
    insert into ${conversationLog} (conversation_id, seq, type, id, actor_id, at, message_seq, content, facts)
    select ${value('conversationId', 'uuid')}, head.head - ${value('count', 'int')} + given.place, given.type, given.id,
      given."actorId", head.at, given."messageSeq", given.content, given.facts
    from head, rows from (jsonb_to_recordset(${value('entries', 'jsonb')}) as
      (type text, id uuid, "actorId" uuid, "messageSeq" bigint, content text, facts jsonb))
      with ordinality as given (type, id, "actorId", "messageSeq", content, facts, place)
  )
  select head as seq, at, publisher, published from head`,
);

export const ENTRIES = statement<{ conversationId: string; after: number; upTo: number; limit: number }, EntryRow>(
  'conversation_entries',
  sql`
  select entry.conversation_id as "conversationId", entry.seq, entry.type, entry.id, message.id as "messageId",
    entry.actor_id as "actorId", entry.at, entry.temp_id as "tempId", entry.facts,
    case when entry.deleted_seq is null and message.deleted_seq is null then entry.content end as content
  from ${conversationLog} as entry left join ${conversationLog} as message
    on message.conversation_id = entry.conversation_id and message.seq = entry.message_seq
  where entry.conversation_id = ${value('conversationId', 'uuid')}
    and entry.seq > ${value('after', 'bigint')} and entry.seq <= ${value('upTo', 'bigint')}
  order by entry.seq limit ${value('limit', 'int')}`,
);
