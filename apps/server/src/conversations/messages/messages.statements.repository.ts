/** Prepared statements that read pages of messages, bounded by messages scanned and by bytes of text returned. */
import { placeholder, preparedStatement } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { conversationLog as log } from '../conversations.schema';

export interface MessageRow {
  id: string;
  conversationId: string;
  seq: string;
  senderId: string;
  createdAt: string;
  tempId: string | null;
  content: string | null;
  editedSeq: string | null;
  editedAt: string | null;
  deletedSeq: string | null;
  deletedAt: string | null;
}
/**
 * `hidden`: the author is one of `without`, so that the text is left out. `scanned`: in every row, the number of messages
 * that the statement looked at, also those beyond the byte limit.
 */
export type MessagePageRow = MessageRow & { hidden: boolean; scanned: number };

interface PageValues extends Record<string, unknown> {
  conversationId: string;
  /** A sequence number: a forward page has messages with higher numbers, a backward page those with lower ones. */
  from: number;
  /** Maximum number of messages to scan. */
  limit: number;
  /** Messages are returned while the texts before them have fewer bytes. */
  bytes: number;
  /** Authors whose texts are left out. */
  without: readonly string[];
}

const COLUMNS = sql`message.id, message.conversation_id as "conversationId", message.seq, message.actor_id as "senderId",
  message.at as "createdAt", message.temp_id as "tempId", edit.seq as "editedSeq", edit.at as "editedAt",
  deletion.seq as "deletedSeq", deletion.at as "deletedAt"`;
const CONTENT = sql`case when message.deleted_seq is null then coalesce(edit.content, message.content) end`;
const CHANGE_JOINS = sql`
  left join ${log} as edit on edit.conversation_id = message.conversation_id and edit.seq = message.edited_seq
  left join ${log} as deletion on deletion.conversation_id = message.conversation_id and deletion.seq = message.deleted_seq`;

/**
 * `bytes_before`: the bytes of the texts before a message, so that the first message is always returned. PostgreSQL takes
 * the size of a text from its header, so texts beyond the byte limit are not read.
 */
const sizedPage = (messages: SQL, order: SQL): SQL => sql`
  select page.* from (
    select ${COLUMNS}, hidden, count(*) over ()::int as scanned, case when not hidden then ${CONTENT} end as content,
      coalesce(sum(case when not hidden then octet_length(${CONTENT}) end)
        over (order by ${order} rows between unbounded preceding and 1 preceding), 0) as bytes_before
    from (${messages}) as message ${CHANGE_JOINS}
  ) as page where bytes_before < ${placeholder('bytes', 'bigint')}`;

function pageStatement(name: string, direction: 'asc' | 'desc') {
  const [order, comparison] = [sql.raw(direction), sql.raw(direction === 'asc' ? '>' : '<')];
  const messages = sql`
    select *, actor_id = any(${placeholder('without', 'uuid[]')}) as hidden from ${log}
    where conversation_id = ${placeholder('conversationId', 'uuid')} and type = 'message:new'
      and seq ${comparison} ${placeholder('from', 'bigint')}
    order by seq ${order} limit ${placeholder('limit', 'int')}`;
  const query = sql`${sizedPage(messages, sql`message.seq ${order}`)} order by seq ${order}`;
  return preparedStatement<PageValues, MessagePageRow>(name, query);
}

export const SELECT_MESSAGE_PAGE = {
  backward: pageStatement('conversation_messages_before', 'desc'),
  forward: pageStatement('conversation_messages_after', 'asc'),
};

/** The messages of one user in all conversations, after the given position. */
export const SELECT_WRITTEN_BY = preparedStatement<
  { userId: string; conversationId: string; from: number; limit: number; bytes: number },
  MessagePageRow
>(
  'conversation_messages_written',
  sql`${sizedPage(
    sql`
    select *, false as hidden from ${log}
    where actor_id = ${placeholder('userId', 'uuid')} and type = 'message:new'
      and (conversation_id, seq) > (${placeholder('conversationId', 'uuid')}, ${placeholder('from', 'bigint')})
    order by conversation_id, seq limit ${placeholder('limit', 'int')}`,
    sql`message.conversation_id, message.seq`,
  )} order by "conversationId", seq`,
);

export const SELECT_MESSAGE_BY_ID = preparedStatement<{ conversationId: string; id: string }, MessageRow>(
  'conversation_message',
  sql`select ${COLUMNS}, ${CONTENT} as content from ${log} as message ${CHANGE_JOINS}
  where message.id = ${placeholder('id', 'uuid')} and message.conversation_id = ${placeholder('conversationId', 'uuid')}
    and message.type = 'message:new'`,
);
