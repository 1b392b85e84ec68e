/** PostgreSQL finds by an index whatever is asked about conversations: shown of the statements themselves, as they are asked. */
import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { Client } from 'pg';
import { ConversationStorage } from '../../../../test/support/conversation-storage';
import { statementsOf } from '../../../../test/support/statements';
import { ReceiptsRepository } from './receipts/receipts.repository';
import { commonDatabaseUrl } from '../../../../test/support/service-urls';

const CONVERSATIONS = 20_000;
const WITH_MESSAGES = 100;
const ENTRIES = 800;
const MEMBERS = 50;
const UNPUBLISHED = 40;

const user = randomUUID();
const message = randomUUID();
let storage: ConversationStorage;
let receipts: ReceiptsRepository;
let client: Client;
let close: () => Promise<void>;
let group: string;

beforeAll(async () => {
  const opened = await ConversationStorage.open(1);
  [storage] = opened.nodes as [ConversationStorage];
  close = opened.close;
  receipts = new ReceiptsRepository(storage.database);
  const { db } = storage.database;
  const { rows } = await db.execute<{ url: string; id: string }>(
    sql`select current_database() as url, md5('c7')::uuid as id`,
  );
  group = rows[0]?.id ?? '';
  const url = new URL(commonDatabaseUrl());
  url.pathname = `/${rows[0]?.url}`;
  client = new Client({ connectionString: url.href });
  await client.connect();
  await seed(sql`
    insert into conversations (id, kind) select md5('c' || n)::uuid, 'group' from generate_series(1, ${CONVERSATIONS}::int) n`);
  await seed(sql`
    insert into conversation_heads (conversation_id, head, published, unpublished, publisher_until)
    select md5('c' || n)::uuid, ${ENTRIES}::int, case when n <= ${UNPUBLISHED}::int then 1 else ${ENTRIES}::int end,
      n <= ${UNPUBLISHED}::int, now() - interval '1 hour'
    from generate_series(1, ${CONVERSATIONS}::int) n`);
  await seed(sql`
    insert into conversation_unpublished (conversation_id)
    select md5('c' || n)::uuid from generate_series(1, ${UNPUBLISHED}::int) n`);
  await seed(sql`
    insert into conversation_log (conversation_id, seq, type, id, actor_id, at, temp_id, content)
    select md5('c' || c)::uuid, n, case when n % 10 = 0 then 'conversation:updated' else 'message:new' end,
      case when n % 10 <> 0 then gen_random_uuid() end, md5('u' || n % ${MEMBERS}::int)::uuid, now(),
      case when n % 3 = 0 and n % 10 <> 0 then 'draft ' || n end, 'hello'
    from generate_series(1, ${WITH_MESSAGES}::int) c, generate_series(1, ${ENTRIES}::int) n order by c, n`);
  await seed(sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select md5('c' || c)::uuid, md5('u' || n)::uuid, 'member', 1, 780, 780
    from generate_series(1, 1000) c, generate_series(1, ${MEMBERS}::int) n`);
  await seed(sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select md5('c' || n)::uuid, ${user}, 'member', 1, 780, 780 from generate_series(1, 20) n`);
  await seed(sql`update conversation_log set id = ${message} where conversation_id = ${group} and seq = 1`);
  await seed(sql`vacuum analyze`);
}, 120_000);
afterAll(async () => {
  await client.end();
  await close();
});

/** Over a connection whose statements may take as long as they need. */
async function seed(query: SQL): Promise<void> {
  const { sql: text, params } = new PgDialect().sqlToQuery(query);
  await client.query(text, params);
}

/** How PostgreSQL would run what the work asks of the tables of conversations. */
async function plansOf(work: () => Promise<unknown>): Promise<string> {
  const asked = (await statementsOf(work)).filter(({ text }) => text.includes('conversation_'));
  expect(asked).not.toEqual([]);
  const plans: string[] = [];
  for (const { text, values } of asked) {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    plans.push(...rows.map((row) => row['QUERY PLAN']));
  }
  return plans.join('\n');
}

const viewer = { userId: user, blocking: new Set<string>() };

it.each<[string, readonly string[], () => Promise<unknown>]>([
  [
    'the conversations of a user, with what is unread in each',
    ['conversation_members_current', 'conversation_log_messages'],
    () => storage.conversations.listOf(viewer, 50),
  ],
  [
    'a further page of them',
    ['conversation_members_current'],
    () => storage.conversations.listOf(viewer, 50, { at: new Date(), id: group }),
  ],
  [
    'one of them, with what is unread',
    ['conversation_members_conversation_id_user_id_pk', 'conversation_log_messages'],
    () => storage.conversations.ofMember(viewer, group),
  ],
  ['the rooms of a user', ['conversation_members_current'], () => storage.members.conversationsOf(user)],
  [
    'the newest messages',
    ['Index Scan Backward using conversation_log_messages'],
    () => storage.messages.page(group, {}, { limit: 50, bytes: 100_000 }),
  ],
  [
    'messages before one',
    ['Index Scan Backward using conversation_log_messages'],
    () => storage.messages.page(group, { before: 500 }, { limit: 50, bytes: 100_000 }),
  ],
  [
    'messages after one',
    ['Index Scan using conversation_log_messages'],
    () => storage.messages.page(group, { after: 100 }, { limit: 50, bytes: 100_000 }),
  ],
  ['messages by their ids', ['conversation_log_id'], () => storage.messages.seqsOf(group, [message])],
  [
    'the log after a cursor',
    ['conversation_log_conversation_id_seq_pk'],
    () => storage.log.entries(group, 700, 800, 20),
  ],
  [
    'a message under its tempId, when it is sent again',
    ['conversation_log_temp_id', 'conversation_members_conversation_id_user_id_pk'],
    () => storage.send(group, user, 'mine'),
  ],
  ['the members of a conversation', ['conversation_members_seniority'], () => storage.members.current(group)],
  ['how many they are', ['conversation_members_'], () => storage.members.count(group)],
  ['who is a member', ['conversation_members_conversation_id_user_id_pk'], () => storage.members.find(group, user)],
  [
    'a watermark',
    ['conversation_members_conversation_id_user_id_pk'],
    () => storage.members.advance(group, user, 'readSeq', 790),
  ],
  [
    'who is to be told that something is read',
    ['conversation_members_seniority', 'conversation_log_messages'],
    () => receipts.sendersPassed([{ conversationId: group, readerId: user, from: 700, to: 790, named: [], at: '' }]),
  ],
  [
    'whether a group is small, and who is still there',
    ['conversation_members_seniority', 'conversation_members_current'],
    async () => {
      await receipts.upTo(100, [group]);
      await receipts.still([{ conversationId: group, userId: user }]);
    },
  ],
  [
    'what nobody publishes',
    ['conversation_heads_unpublished', 'conversation_heads_pkey'],
    () => storage.publications.claim(10),
  ],
])('%s', async (_, indexes, work) => {
  const plans = await plansOf(work);
  for (const index of indexes) expect(plans).toContain(index);
  // The queue of what is not published is short by nature.
  expect(plans.replaceAll('Seq Scan on conversation_unpublished', '')).not.toContain('Seq Scan');
});
