/** The statements that tell a member how the own conversations stand: what is read for one of them is bounded. */
import { type ConversationKind, type ConversationRole, MAX_UNREAD } from '@aeturnis/contracts';
import { statement } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import {
  conversationHeads as heads,
  conversationLog as log,
  conversationMembers as members,
  conversations,
} from './conversations.schema';

export interface OwnRow {
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

const value = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;

// Counted when it is asked for: what is counted anew cannot drift.
const UNREAD = sql`(
  select count(*)::int from (
    select actor_id, deleted_seq from ${log}
    where conversation_id = member.conversation_id and seq > member.read_seq and type = 'message:new'
    order by seq desc limit ${sql.raw(String(MAX_UNREAD))}
  ) as recent
  where actor_id <> member.user_id and deleted_seq is null and actor_id <> all(${value('blocking', 'uuid[]')}))`;

const own = (place: SQL): SQL => sql`
  select conversation.id, conversation.kind, conversation.title, conversation.pair,
    conversation.created_at as "createdAt", head.last_message_at as "lastMessageAt", head.head, member.role,
    member.read_seq as "readSeq", member.delivered_seq as "deliveredSeq", member.muted, ${UNREAD} as unread
  from (${place}) as place
  join ${members} as member on member.conversation_id = place.conversation_id and member.user_id = ${value('userId', 'uuid')}
  join ${conversations} as conversation on conversation.id = place.conversation_id
  join ${heads} as head on head.conversation_id = place.conversation_id`;

export const OF_MEMBER = statement<ViewerValues & { id: string }, OwnRow>(
  'conversation_of_member',
  own(sql`
    select conversation_id from ${members}
    where conversation_id = ${value('id', 'uuid')} and user_id = ${value('userId', 'uuid')} and left_seq is null`),
);

/** The place of each conversation in the list comes from its head alone; all else is read for those of the page. */
export const LIST = statement<ViewerValues & { at: string; id: string; limit: number }, OwnRow>(
  'conversation_list',
  sql`${own(sql`
    select conversation_id, at from (
      select head.conversation_id, coalesce(head.last_message_at,
        (select created_at from ${conversations} as begun where begun.id = head.conversation_id)) as at
      from ${members} as membership join ${heads} as head on head.conversation_id = membership.conversation_id
      where membership.user_id = ${value('userId', 'uuid')} and membership.left_seq is null
    ) as every
    where (at, conversation_id) < (${value('at', 'timestamptz')}, ${value('id', 'uuid')})
    order by at desc, conversation_id desc limit ${value('limit', 'int')}`)}
  order by place.at desc, place.conversation_id desc`,
);
