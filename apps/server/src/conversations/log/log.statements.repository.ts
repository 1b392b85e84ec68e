/** Prepared statements of the conversation log. */
import { placeholder, preparedStatement } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import {
  conversationHeads,
  conversationLog,
  conversationMembers,
  conversationUnpublished,
} from '../conversations.schema';
import type { LogEntryType, EntryFacts } from './log-entry';

/** How long a node publishes a conversation after its last write or checkpoint; then another node may take over. */
export const PUBLISHER_LEASE = sql.raw(`interval '2 seconds'`);

export interface LogHeadRow {
  seq: string;
  at: string;
  publisher: string;
  published: string;
}
export type InsertedMessageRow = LogHeadRow & { current: boolean | null; id: string | null; duplicate: boolean };
export interface LogEntryRow {
  conversationId: string;
  seq: string;
  type: LogEntryType;
  id: string | null;
  messageId: string | null;
  actorId: string;
  at: string;
  tempId: string | null;
  content: string | null;
  facts: EntryFacts | null;
}

/** Whole milliseconds, as in events; read under the lock, so that times ascend with the numbers. */
export const SQL_NOW = sql.raw(`date_trunc('milliseconds', clock_timestamp())`);
/** Renews a lease that this node holds, keeps one of another node, and takes an expired one if this node can reach its peers. */
export const RENEW_OR_TAKE_LEASE = sql`
  publisher = case when publisher_until > clock_timestamp() or (publisher is not null and not ${placeholder('canReachPeers', 'boolean')})
    then publisher else ${placeholder('node', 'uuid')} end,
  publisher_until = case when publisher is not null and (not ${placeholder('canReachPeers', 'boolean')}
      or (publisher_until > clock_timestamp() and publisher <> ${placeholder('node', 'uuid')}))
    then publisher_until else clock_timestamp() + ${PUBLISHER_LEASE} end`;

export const LOCK_CONVERSATION = preparedStatement<{ conversationId: string }, object>(
  'conversation_lock',
  sql`select from ${conversationHeads} where conversation_id = ${placeholder('conversationId', 'uuid')} for no key update`,
);

/** Locks the rows among these that no other transaction holds. */
export const LOCK_UNCONTENDED = preparedStatement<{ conversationIds: readonly string[] }, { conversationId: string }>(
  'conversation_lock_free',
  sql`
  select conversation_id as "conversationId" from ${conversationHeads}
  where conversation_id = any(${placeholder('conversationIds', 'uuid[]')}) for no key update skip locked`,
);

/**
 * Takes messages as lists of equal length, no `tempId` twice for one sender and conversation. Answers one row per message,
 * in order: whether the sender is a member (null: never was one), and the message, new or found by its `tempId`.
 */
export const INSERT_MESSAGES = preparedStatement<
  {
    conversationIds: readonly string[];
    senderIds: readonly string[];
    contents: readonly string[];
    tempIds: readonly (string | null)[];
    node: string;
    canReachPeers: boolean;
  },
  InsertedMessageRow
>(
  'conversation_send',
  sql`
  with given as (
    select given.*, member.current, earlier.id as earlier_id, earlier.seq as earlier_seq, earlier.at as earlier_at
    from unnest(${placeholder('conversationIds', 'uuid[]')}, ${placeholder('senderIds', 'uuid[]')}, ${placeholder('contents', 'text[]')},
      ${placeholder('tempIds', 'text[]')}) with ordinality as given (conversation_id, sender_id, content, temp_id, place)
    left join lateral (select left_seq is null as current from ${conversationMembers} as member
      where member.conversation_id = given.conversation_id and member.user_id = given.sender_id
        and member.left_seq is distinct from 0 limit 1) as member on true
    left join lateral (select id, seq, at from ${conversationLog} as entry
      where entry.conversation_id = given.conversation_id and entry.actor_id = given.sender_id
        and entry.temp_id = given.temp_id and member.current limit 1) as earlier on true
  ), fresh as (
    select *, row_number() over (partition by conversation_id order by place) as step
    from given where current and earlier_id is null
  ), head as (
    update ${conversationHeads} as head set head = head.head + fresh.count, last_message_at = ${SQL_NOW}, ${RENEW_OR_TAKE_LEASE}
    from (select conversation_id, count(*) from fresh group by conversation_id) as fresh
    where head.conversation_id = fresh.conversation_id
    returning head.conversation_id, head.head - fresh.count as before, last_message_at, publisher, published
  ), entry as (
    insert into ${conversationLog} (conversation_id, seq, type, id, actor_id, at, temp_id, content)
    select conversation_id, before + step, 'message:new', gen_random_uuid(), sender_id, last_message_at, temp_id, content
    from fresh join head using (conversation_id)
    returning conversation_id, id, seq, at
  ), queued as (
    insert into ${conversationUnpublished} (conversation_id) select conversation_id from head on conflict do nothing
  )
  select given.current, coalesce(entry.id, given.earlier_id) as id, coalesce(entry.seq, given.earlier_seq) as seq,
    coalesce(entry.at, given.earlier_at) as at, entry.id is null as duplicate, head.publisher, head.published
  from given left join fresh using (place) left join head on head.conversation_id = fresh.conversation_id
    left join entry on entry.conversation_id = head.conversation_id and entry.seq = head.before + fresh.step
  order by given.place`,
);

/** `entries` is a JSON list of `NewLogEntry`. */
export const APPEND_ENTRIES = preparedStatement<
  { conversationId: string; entries: string; count: number; node: string; canReachPeers: boolean },
  LogHeadRow
>(
  'conversation_append',
  sql`
  with head as (
    update ${conversationHeads} set head = head + ${placeholder('count', 'int')}, ${RENEW_OR_TAKE_LEASE}
    where conversation_id = ${placeholder('conversationId', 'uuid')}
    returning head, ${SQL_NOW} as at, publisher, published
  ), entry as (
    insert into ${conversationLog} (conversation_id, seq, type, id, actor_id, at, message_seq, content, facts)
    select ${placeholder('conversationId', 'uuid')}, head.head - ${placeholder('count', 'int')} + given.place, given.type, given.id,
      given."actorId", head.at, given."messageSeq", given.content, given.facts
    from head, rows from (jsonb_to_recordset(${placeholder('entries', 'jsonb')}) as
      (type text, id uuid, "actorId" uuid, "messageSeq" bigint, content text, facts jsonb))
      with ordinality as given (type, id, "actorId", "messageSeq", content, facts, place)
  ), queued as (
    insert into ${conversationUnpublished} (conversation_id)
    select ${placeholder('conversationId', 'uuid')} from head on conflict do nothing
  )
  select head as seq, at, publisher, published from head`,
);

/**
 * The entries of several ranges, one per conversation, in the order given. The entry that passes the byte limit is the last.
 * PostgreSQL takes the size of a text from its header, so texts beyond the limit are not read.
 */
export const SELECT_ENTRIES = preparedStatement<
  { conversationIds: readonly string[]; after: readonly number[]; upTo: readonly number[]; bytes: number },
  LogEntryRow
>(
  'conversation_entries',
  sql`
  select sized.* from (
    select entry.conversation_id as "conversationId", entry.seq, entry.type, entry.id, message.id as "messageId",
      entry.actor_id as "actorId", entry.at, entry.temp_id as "tempId", entry.facts, given.place,
      case when entry.deleted_seq is null and message.deleted_seq is null then entry.content end as content,
      coalesce(sum(coalesce(octet_length(entry.content), 0) + coalesce(pg_column_size(entry.facts), 0))
        over (order by given.place, entry.seq rows between unbounded preceding and 1 preceding), 0) as before
    from unnest(${placeholder('conversationIds', 'uuid[]')}, ${placeholder('after', 'bigint[]')}, ${placeholder('upTo', 'bigint[]')})
      with ordinality as given (conversation_id, after, up_to, place)
    join ${conversationLog} as entry on entry.conversation_id = given.conversation_id
      and entry.seq > given.after and entry.seq <= given.up_to
    left join ${conversationLog} as message
      on message.conversation_id = entry.conversation_id and message.seq = entry.message_seq
  ) as sized where before < ${placeholder('bytes', 'bigint')} order by place, seq`,
);
