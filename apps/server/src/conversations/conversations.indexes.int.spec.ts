/** The statements about conversations use indexes: explains each recorded statement on a large database. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import {
  type ConversationStorage,
  useConversationStorage,
} from '../../../../test/support/domains/conversation-storage';
import { seed } from '../../../../test/support/databases/seed';
import { recordStatements } from '../../../../test/support/databases/statements';
import { ReceiptsRepository } from './receipts/receipts.repository';

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
let group: string;

// Before the database is dropped.
afterAll(() => client.end());
useConversationStorage(1, async (west) => {
  storage = west;
  receipts = new ReceiptsRepository(storage.database);
  const { rows } = await storage.database.db.execute<{ id: string }>(sql`select md5('c7')::uuid as id`);
  group = rows[0]?.id ?? '';
  client = new Client({ connectionString: storage.url });
  await client.connect();
  await seed(
    storage.url,
    sql`
    insert into conversations (id, kind) select md5('c' || n)::uuid, 'group' from generate_series(1, ${CONVERSATIONS}::int) n`,
    sql`
    insert into conversation_heads (conversation_id, head, published, unpublished, publisher_until)
    select md5('c' || n)::uuid, ${ENTRIES}::int, case when n <= ${UNPUBLISHED}::int then 1 else ${ENTRIES}::int end,
      n <= ${UNPUBLISHED}::int, now() - interval '1 hour'
    from generate_series(1, ${CONVERSATIONS}::int) n`,
    sql`
    insert into conversation_unpublished (conversation_id)
    select md5('c' || n)::uuid from generate_series(1, ${UNPUBLISHED}::int) n`,
    sql`
    insert into conversation_log (conversation_id, seq, type, id, actor_id, at, temp_id, content)
    select md5('c' || c)::uuid, n, case when n % 10 = 0 then 'conversation:updated' else 'message:new' end,
      case when n % 10 <> 0 then gen_random_uuid() end, md5('u' || n % ${MEMBERS}::int)::uuid, now(),
      case when n % 3 = 0 and n % 10 <> 0 then 'draft ' || n end, 'hello'
    from generate_series(1, ${WITH_MESSAGES}::int) c, generate_series(1, ${ENTRIES}::int) n order by c, n`,
    sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select md5('c' || c)::uuid, md5('u' || n)::uuid, 'member', 1, 780, 780
    from generate_series(1, 1000) c, generate_series(1, ${MEMBERS}::int) n`,
    sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select md5('c' || n)::uuid, ${user}, 'member', 1, 780, 780 from generate_series(1, 20) n`,
    sql`update conversation_log set id = ${message} where conversation_id = ${group} and seq = 1`,
    sql`vacuum analyze`,
  );
});

/** The query plans of the statements on conversation tables that the work runs. */
async function plansOf(work: () => Promise<unknown>): Promise<string> {
  const statements = (await recordStatements(work)).filter(({ text }) => text.includes('conversation_'));
  expect(statements).not.toEqual([]);
  const plans: string[] = [];
  for (const { text, values } of statements) {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    plans.push(...rows.map((row) => row['QUERY PLAN']));
  }
  return plans.join('\n');
}

const viewer = { userId: user, blocking: new Set<string>() };

it.each<[string, readonly string[], () => Promise<unknown>]>([
  [
    'the conversations of a user with unread counts',
    ['conversation_members_current', 'conversation_log_messages'],
    () => storage.conversations.listForMember(viewer, 50),
  ],
  [
    'a further page of the conversations of a user',
    ['conversation_members_current'],
    () => storage.conversations.listForMember(viewer, 50, { at: new Date(), id: group }),
  ],
  [
    'one conversation of a user with its unread count',
    ['conversation_members_conversation_id_user_id_pk', 'conversation_log_messages'],
    () => storage.conversations.findForMember(viewer, group),
  ],
  ['the rooms of a user', ['conversation_members_current'], () => storage.members.conversationsOf(user)],
  [
    'the newest messages',
    ['Index Scan Backward using conversation_log_messages'],
    () => storage.messages.page(group, {}, { limit: 50, bytes: 100_000 }),
  ],
  [
    'messages before a number',
    ['Index Scan Backward using conversation_log_messages'],
    () => storage.messages.page(group, { before: 500 }, { limit: 50, bytes: 100_000 }),
  ],
  [
    'messages after a number',
    ['Index Scan using conversation_log_messages'],
    () => storage.messages.page(group, { after: 100 }, { limit: 50, bytes: 100_000 }),
  ],
  ['messages by their ids', ['conversation_log_id'], () => storage.messages.seqsOf(group, [message])],
  [
    'the log after a cursor',
    ['conversation_log_conversation_id_seq_pk'],
    () => storage.log.entriesBetween(group, 700, 800, 20),
  ],
  [
    'a message that is sent again under its tempId',
    ['conversation_log_temp_id', 'conversation_members_conversation_id_user_id_pk'],
    () => storage.send(group, user, 'mine'),
  ],
  ['the members of a conversation', ['conversation_members_seniority'], () => storage.members.currentMembers(group)],
  ['the number of members', ['conversation_members_'], () => storage.members.countVisibleMembers(group)],
  ['a membership', ['conversation_members_conversation_id_user_id_pk'], () => storage.members.find(group, user)],
  [
    'a watermark',
    ['conversation_members_conversation_id_user_id_pk'],
    () => storage.members.advanceWatermark(group, user, 'readSeq', 790),
  ],
  [
    'the authors of messages that were read',
    ['conversation_members_seniority', 'conversation_log_messages'],
    () => receipts.authorsOfRead([{ conversationId: group, readerId: user, from: 700, to: 790, named: [], at: '' }]),
  ],
  [
    'the size of a group and current members',
    ['conversation_members_seniority', 'conversation_members_current'],
    async () => {
      await receipts.conversationsWithAtMost(100, [group]);
      await receipts.currentMembersAmong([{ conversationId: group, userId: user }]);
    },
  ],
  [
    'conversations without a publisher',
    ['conversation_heads_unpublished', 'conversation_heads_pkey'],
    () => storage.publications.claimOrphaned(10),
  ],
])('uses an index for %s', async (_, indexes, work) => {
  const plans = await plansOf(work);
  for (const index of indexes) expect(plans).toContain(index);
  // The queue of unpublished conversations is always short.
  expect(plans.replaceAll('Seq Scan on conversation_unpublished', '')).not.toContain('Seq Scan');
});
