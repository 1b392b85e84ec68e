/**
 * Fills a migrated database with years of data: a million chat messages, fifty thousand fights, and one user with three
 * thousand conversations.
 */
import { Client } from 'pg';

export const LARGE = {
  accounts: 50_000,
  conversations: 20_000,
  messagesEach: 10,
  heavyConversations: 3_000,
  chat: 1_000_000,
  notifications: 200_000,
  groupMembers: 1_000,
  groupMessages: 5_000,
  reactions: 2_000,
  fights: 50_000,
  heavyFights: 5_000,
  challenges: 2_000,
} as const;

/** A group of a thousand members, with the heavy user as admin. */
export interface LargeGroup {
  readonly conversationId: string;
  /** A message of the heavy user with very many reactions. */
  readonly messageId: string;
}

/** Adds the heavy user to all kinds of data, and the users of `members` to the large group. */
export async function fillDatabase(url: string, heavy: string, members: readonly string[]): Promise<LargeGroup> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set synchronous_commit = off');
    for (const [text, values] of statements(heavy)) await client.query(text, values);
    const [group] = (await client.query<LargeGroup>(GROUP, [heavy])).rows;
    if (!group) throw new Error('the large group was not inserted');
    await client.query(GROUP_MEMBERS, [group.conversationId, heavy, [...members]]);
    await client.query(REACTIONS, [group.conversationId]);
    await client.query('analyze');
    return group;
  } finally {
    await client.end();
  }
}

const series = (last: number): string => `generate_series(1, ${last}) n`;

const statements = (heavy: string): [string, unknown[]][] => [
  [
    `insert into accounts (id, name, name_key, display_name, display_name_key, display_name_skeleton, roles, is_guest)
     select md5('u' || n)::uuid, 'filler' || n, 'filler' || n, 'filler' || n, 'filler' || n, 'filler' || n, '{player}', true
     from ${series(LARGE.accounts)}`,
    [],
  ],
  [`insert into conversations (id, kind) select md5('c' || n)::uuid, 'group' from ${series(LARGE.conversations)}`, []],
  [
    `insert into conversation_heads (conversation_id, head, published, last_message_at, publisher_until)
     select md5('c' || n)::uuid, ${LARGE.messagesEach}, ${LARGE.messagesEach}, now() - n * interval '1 minute', now()
     from ${series(LARGE.conversations)}`,
    [],
  ],
  [
    `insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
     select md5('c' || n)::uuid, s, 'message:new', gen_random_uuid(), md5('u' || n)::uuid, now(), 'hello'
     from ${series(LARGE.conversations)}, generate_series(1, ${LARGE.messagesEach}) s`,
    [],
  ],
  [
    `insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
     select md5('c' || n)::uuid, md5('u' || (n + m))::uuid, case m when 0 then 'admin' else 'member' end, 1, 1, 1
     from ${series(LARGE.conversations)}, generate_series(0, 2) m`,
    [],
  ],
  [
    `insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
     select md5('c' || n)::uuid, $1, 'member', 1, 1, 1 from ${series(LARGE.heavyConversations)}`,
    [heavy],
  ],
  [
    `insert into chat_messages (channel, scope, from_user, from_name, text)
     select 'global', '', md5('u' || n % ${LARGE.accounts})::uuid, 'filler', 'hello' from ${series(LARGE.chat)}`,
    [],
  ],
  [
    `insert into notifications (user_id, kind, title, key, created_at, expires_at)
     select case when n % 1000 = 0 then $1 else md5('u' || n % ${LARGE.accounts})::uuid end, 'conversation', 'Messages',
       'k' || n, now(), now() + interval '30 days' from ${series(LARGE.notifications)}`,
    [heavy],
  ],
  [
    `insert into fights (id, mode, phase, created_by, spectators, delay_turns, rules_version, data_hash, server_seed, commitment,
       client_seeds, players, clocks, seq, published, due_at, created_at, updated_at, ended_at)
     select md5('f' || n)::uuid, 'duel', case when n <= ${LARGE.challenges} then 'invited' else 'ended' end,
       md5('u' || n)::uuid, 'public', 0, 1, '', '', '', '{}', '[]', '{}', 10, 10,
       case when n <= ${LARGE.challenges} then now() + interval '1 day' end, now(), now(),
       case when n > ${LARGE.challenges} then now() - n * interval '1 minute' end
     from ${series(LARGE.fights)}`,
    [],
  ],
  [
    `insert into fight_players (fight_id, user_id, character_id, role)
     select md5('f' || n)::uuid, case when p = 2 then $1 else md5('u' || (n + p))::uuid end, md5('u' || (n + p))::uuid,
       case when n <= ${LARGE.challenges} then 'invited' else 'done' end
     from ${series(LARGE.fights)}, generate_series(0, 2) p
     where p < 2 or n between ${LARGE.challenges + 1} and ${LARGE.challenges + LARGE.heavyFights}`,
    [heavy],
  ],
  [
    `insert into fight_entries (fight_id, seq, turn, public)
     select md5('f' || n)::uuid, s, s, '{"type": "turn"}' from ${series(LARGE.fights)}, generate_series(1, 4) s`,
    [],
  ],
  [
    `insert into fight_inputs (fight_id, number, turn, first_seq, last_seq)
     select md5('f' || n)::uuid, s, s, s, s from ${series(LARGE.fights)}, generate_series(1, 4) s`,
    [],
  ],
  [`insert into fight_seeds (user_id, drawn) select md5('u' || n)::uuid, 1 from ${series(LARGE.accounts)}`, []],
];

const GROUP = `
  with made as (insert into conversations (id, kind) values (gen_random_uuid(), 'group') returning id),
  head as (
    insert into conversation_heads (conversation_id, head, published, last_message_at, publisher_until)
    select id, ${LARGE.groupMessages}, ${LARGE.groupMessages}, now(), now() from made),
  said as (
    insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
    select id, n, 'message:new', gen_random_uuid(), case when n = ${LARGE.groupMessages} then $1::uuid
      else md5('u' || n)::uuid end, now(), 'hello' from made, ${series(LARGE.groupMessages)}
    returning conversation_id, id, seq)
  select conversation_id as "conversationId", id as "messageId" from said where seq = ${LARGE.groupMessages}`;

const GROUP_MEMBERS = `
  insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
  select $1::uuid, md5('u' || n)::uuid, 'member', 1, 1, 1 from ${series(LARGE.groupMembers - 10)}
  union all select $1::uuid, $2::uuid, 'admin', 1, 1, 1
  union all select $1::uuid, id, 'member', 1, 1, 1 from unnest($3::uuid[]) id`;

const REACTIONS = `
  insert into conversation_reactions (id, conversation_id, message_seq, user_id, emoji, seq)
  select gen_random_uuid(), $1::uuid, ${LARGE.groupMessages}, md5('u' || n % 1000)::uuid, 'e' || n / 1000, 10000 + n
  from ${series(LARGE.reactions - 1)}`;
