/** Prepared statements that read the conversations of a member. The rows read per conversation are bounded. */
import { type ConversationKind, type ConversationRole, MAX_UNREAD } from '@aeturnis/contracts';
import { placeholder, preparedStatement } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import {
  conversationHeads as heads,
  conversationLog as log,
  conversationMembers as members,
  conversations,
} from './conversations.schema';

export interface OwnConversationRow {
  id: string;
  kind: ConversationKind;
  title: string | null;
  pair: string | null;
  createdAt: string;
  lastMessageAt: string | null;
  head: string;
  role: ConversationRole;
  readSeq: string;
  deliveredSeq: string;
  muted: boolean;
  unread: number;
}

interface ViewerValues extends Record<string, unknown> {
  userId: string;
  blocking: readonly string[];
}

// Counted on each read: a stored counter could drift.
const UNREAD_COUNT = sql`(
  select count(*)::int from (
    select actor_id, deleted_seq from ${log}
    where conversation_id = member.conversation_id and seq > member.read_seq and type = 'message:new'
    order by seq desc limit ${sql.raw(String(MAX_UNREAD))}
  ) as recent
  where actor_id <> member.user_id and deleted_seq is null and actor_id <> all(${placeholder('blocking', 'uuid[]')}))`;

const selectOwn = (positions: SQL): SQL => sql`
  select conversation.id, conversation.kind, conversation.title, conversation.pair,
    conversation.created_at as "createdAt", head.last_message_at as "lastMessageAt", head.head, member.role,
    member.read_seq as "readSeq", member.delivered_seq as "deliveredSeq", member.muted, ${UNREAD_COUNT} as unread
  from (${positions}) as place
  join ${members} as member on member.conversation_id = place.conversation_id and member.user_id = ${placeholder('userId', 'uuid')}
  join ${conversations} as conversation on conversation.id = place.conversation_id
  join ${heads} as head on head.conversation_id = place.conversation_id`;

export const FIND_FOR_MEMBER = preparedStatement<ViewerValues & { id: string }, OwnConversationRow>(
  'conversation_of_member',
  selectOwn(sql`
    select conversation_id from ${members}
    where conversation_id = ${placeholder('id', 'uuid')} and user_id = ${placeholder('userId', 'uuid')} and left_seq is null`),
);

/** Sorts by the head row of each conversation alone, and reads the rest only for the conversations of the page. */
export const LIST_FOR_MEMBER = preparedStatement<
  ViewerValues & { at: string; id: string; limit: number },
  OwnConversationRow
>(
  'conversation_list',
  sql`${selectOwn(sql`
    select conversation_id, at from (
      select head.conversation_id, coalesce(head.last_message_at,
        (select created_at from ${conversations} as begun where begun.id = head.conversation_id)) as at
      from ${members} as membership join ${heads} as head on head.conversation_id = membership.conversation_id
      where membership.user_id = ${placeholder('userId', 'uuid')} and membership.left_seq is null
    ) as every
    where (at, conversation_id) < (${placeholder('at', 'timestamptz')}, ${placeholder('id', 'uuid')})
    order by at desc, conversation_id desc limit ${placeholder('limit', 'int')}`)}
  order by place.at desc, place.conversation_id desc`,
);
