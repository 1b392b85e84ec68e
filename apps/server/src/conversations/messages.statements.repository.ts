/** The statements that read pages of messages: bounded in messages looked at, and in bytes of text answered. */
import { statement } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { conversationLog as log } from './conversations.schema';

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
/** `hidden`: by somebody who is left out, without its text. `scanned`: how many messages were looked at. */
export type PageRow = MessageRow & { hidden: boolean; scanned: number };

interface PageValues extends Record<string, unknown> {
  conversationId: string;
  /** The page begins after it, in the direction of the page. */
  from: number;
  /** Most messages to look at. */
  limit: number;
  bytes: number;
  without: readonly string[];
}

const value = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;

const COLUMNS = sql`message.id, message.conversation_id as "conversationId", message.seq, message.actor_id as "senderId",
  message.at as "createdAt", message.temp_id as "tempId", edit.seq as "editedSeq", edit.at as "editedAt",
  deletion.seq as "deletedSeq", deletion.at as "deletedAt"`;
const CONTENT = sql`case when message.deleted_seq is null then coalesce(edit.content, message.content) end`;
const CHANGES = sql`
  left join ${log} as edit on edit.conversation_id = message.conversation_id and edit.seq = message.edited_seq
  left join ${log} as deletion on deletion.conversation_id = message.conversation_id and deletion.seq = message.deleted_seq`;

/** The size of a text is in its header: no text beyond the bound is read, let alone sent. */
const sizedPage = (messages: SQL, order: SQL): SQL => sql`
  select page.* from (
    select ${COLUMNS}, hidden, count(*) over ()::int as scanned, case when not hidden then ${CONTENT} end as content,
      coalesce(sum(case when not hidden then octet_length(${CONTENT}) end)
        over (order by ${order} rows between unbounded preceding and 1 preceding), 0) as before
    from (${messages}) as message ${CHANGES}
  ) as page where before < ${value('bytes', 'bigint')}`;

function pageOf(name: string, direction: 'asc' | 'desc') {
  const [order, comparison] = [sql.raw(direction), sql.raw(direction === 'asc' ? '>' : '<')];
  const messages = sql`
    select *, actor_id = any(${value('without', 'uuid[]')}) as hidden from ${log}
    where conversation_id = ${value('conversationId', 'uuid')} and type = 'message:new'
      and seq ${comparison} ${value('from', 'bigint')}
    order by seq ${order} limit ${value('limit', 'int')}`;
  const query = sql`${sizedPage(messages, sql`message.seq ${order}`)} order by seq ${order}`;
  return statement<PageValues, PageRow>(name, query);
}

export const PAGE = {
  backward: pageOf('conversation_messages_before', 'desc'),
  forward: pageOf('conversation_messages_after', 'asc'),
};

/** What one user has written, in whatever conversation, after one of these messages. */
export const WRITTEN_BY = statement<
  { userId: string; conversationId: string; from: number; limit: number; bytes: number },
  PageRow
>(
  'conversation_messages_written',
  sql`${sizedPage(
    sql`
    select *, false as hidden from ${log}
    where actor_id = ${value('userId', 'uuid')} and type = 'message:new'
      and (conversation_id, seq) > (${value('conversationId', 'uuid')}, ${value('from', 'bigint')})
    order by conversation_id, seq limit ${value('limit', 'int')}`,
    sql`message.conversation_id, message.seq`,
  )} order by "conversationId", seq`,
);

export const BY_ID = statement<{ conversationId: string; id: string }, MessageRow>(
  'conversation_message',
  sql`select ${COLUMNS}, ${CONTENT} as content from ${log} as message ${CHANGES}
  where message.id = ${value('id', 'uuid')} and message.conversation_id = ${value('conversationId', 'uuid')}
    and message.type = 'message:new'`,
);
