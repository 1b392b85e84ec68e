/** Whom a stretch of a log concerns: those who have not read it, want to know and are still there; and never out of date. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { explain, NESTED_LOOPS } from '../../../../../test/support/explain';
import { statementsOf } from '../../../../../test/support/statements';
import { until } from '../../../../../test/support/client';
import { ConversationStorage } from '../../../../../test/support/conversation-storage';
import { NoticesRepository, type Stretch, type Unread } from './notices.repository';

let storage: ConversationStorage;
let repository: NoticesRepository;
let elsewhere: NoticesRepository;
let close: () => Promise<void>;

beforeAll(async () => {
  const opened = await ConversationStorage.open(2);
  const [west, east] = opened.nodes as [ConversationStorage, ConversationStorage];
  storage = west;
  repository = new NoticesRepository(west.database);
  elsewhere = new NoticesRepository(east.database);
  close = opened.close;
});
afterAll(() => close());

/** A group of two, in which the first has said so much; entries are numbered from 1, messages from 2. */
async function said(messages: number) {
  const [anna, ben] = [randomUUID(), randomUUID()];
  const id = await storage.group(anna, ben);
  for (let n = 0; n < messages; n++) await storage.send(id, anna);
  return { anna, ben, id };
}
const stretch = (conversationId: string, after: number, upTo: number): Stretch => ({ conversationId, after, upTo });
const unread = async (userId: string, of: Stretch): Promise<number[]> =>
  (await repository.unread([{ conversationId: of.conversationId, userId }], [of])).flatMap(({ seqs }) => seqs);
const read = (id: string, userId: string, seq: number) =>
  storage.database.transaction(() => storage.members.advance(id, userId, 'readSeq', seq));

it('tells each member the messages of others that are new and unread', async () => {
  const { anna, ben, id } = await said(5);
  await storage.send(id, ben);
  expect(await unread(ben, stretch(id, 1, 7))).toEqual([2, 3, 4, 5, 6]);
  expect(await unread(anna, stretch(id, 1, 7))).toEqual([7]);
  expect(await unread(ben, stretch(id, 4, 5))).toEqual([5]);
  await read(id, ben, 4);
  expect(await unread(ben, stretch(id, 1, 7))).toEqual([5, 6]);
  expect(await unread(randomUUID(), stretch(id, 1, 7))).toEqual([]);
});

it('concerns those who may read what was written and have not, and those who went in this stretch', async () => {
  const { anna, ben, id } = await said(3);
  const concerned = async (of: Stretch) =>
    (await repository.concerned([of])).map(({ userId, gone }) => `${userId === ben ? 'ben' : 'anna'} ${gone}`).sort();
  expect(await concerned(stretch(id, 1, 4))).toEqual(['anna false', 'ben false']);
  await read(id, anna, 4);
  expect(await concerned(stretch(id, 1, 4))).toEqual(['ben false']);
  await storage.members.setMuted(id, ben, true);
  expect(await concerned(stretch(id, 1, 4))).toEqual([]);
  const gone = { type: 'conversation:member_removed', actorId: ben, facts: { userId: ben } } as const;
  expect((await storage.log.append(id, [gone])).seq).toBe(5);
  await storage.members.leave(id, ben, 5);
  // Nobody has written anything there that anna could be notified of.
  expect(await concerned(stretch(id, 4, 5))).toEqual(['ben true']);
  expect(await concerned(stretch(id, 5, 9))).toEqual([]);
  expect(await unread(ben, stretch(id, 1, 4))).toEqual([]);
});

it('finds where users who have gone are behind, from what has reached them on', async () => {
  const { ben, id } = await said(4);
  const entries = await storage.log.entries(id, 0, 5, 10);
  const at = (seq: number): Date => entries[seq - 1]?.at ?? new Date(0);
  const behind = async (confirmedUntil: Date) =>
    (await repository.behind([{ userId: ben, confirmedUntil }])).map(({ after, head }) => [after, head]);
  expect(await behind(new Date(at(1).getTime() - 1))).toEqual([[1, 5]]);
  expect(await behind(new Date(at(5).getTime() + 1))).toEqual([]);
  const confirmed = (moment: Date): number => entries.filter((entry) => entry.at < moment).length;
  // Of what was made at the very moment it is not known.
  expect(await behind(at(3))).toEqual([[confirmed(at(3)), 5]]);
  expect(await behind(at(5))).toEqual([[confirmed(at(5)), 5]]);
  await storage.database.transaction(() => storage.members.advance(id, ben, 'deliveredSeq', 4));
  expect(await behind(new Date(0))).toEqual([[4, 5]]);
  await read(id, ben, 5);
  expect(await behind(new Date(0))).toEqual([]);
  await storage.send(id, randomUUID());
  await storage.members.setMuted(id, ben, true);
  expect(await behind(new Date(0))).toEqual([]);
});

it('tells each member what came after an entry of their own', async () => {
  const { ben, id } = await said(4);
  const found = await storage.database.transaction(() =>
    repository.unread([{ conversationId: id, userId: ben, after: 3 }], [stretch(id, 1, 5)]),
  );
  expect(found.map(({ seqs }) => seqs)).toEqual([[4, 5]]);
});

it('waits for a watermark that is moving, so that nothing is told of what is being read', async () => {
  const { ben, id } = await said(3);
  let looking: Promise<Unread[]> = Promise.resolve([]);
  await storage.database.transaction(async () => {
    await storage.members.advance(id, ben, 'readSeq', 3);
    looking = elsewhere.unread([{ conversationId: id, userId: ben }], [stretch(id, 1, 4)]);
    await until(async () => (await waiting()) > 0, 'it waits');
  });
  expect((await looking).map(({ seqs }) => seqs)).toEqual([[4]]);
});

it('reads rows in proportion to the conversations of a batch, however many they are', async () => {
  const conversations = 3_000;
  const ben = randomUUID();
  const client = new Client({ connectionString: storage.url });
  await client.connect();
  try {
    await manyConversations(client, conversations, ben);
    const { rows } = await client.query<{ id: string }>(
      'select conversation_id as id from conversation_members where user_id = $1',
      [ben],
    );
    const stretches = rows.map(({ id }) => stretch(id, 0, 1));
    const concerned = rows.map(({ id }) => ({ conversationId: id, userId: ben }));
    let found: Unread[] = [];
    const asked = await statementsOf(async () => (found = await repository.unread(concerned, stretches)));
    expect(found).toHaveLength(conversations);
    for (const each of asked) {
      const { rowsRead, plan } = await explain(client, each, NESTED_LOOPS);
      if (rowsRead > 6 * conversations) throw new Error(`${rowsRead} rows were read: ${plan.slice(0, 2_000)}`);
    }
  } finally {
    await client.end();
  }
});

/** Conversations of this user and another one each, with one message of the other. */
async function manyConversations(client: Client, count: number, userId: string): Promise<void> {
  const insert = (statement: string) => client.query(statement, [count, userId]);
  await client.query(
    `insert into conversations (id, kind) select md5('n' || n)::uuid, 'group' from generate_series(1, $1::int) n`,
    [count],
  );
  await insert(`insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select md5('n' || n)::uuid, $2, 'member', 0, 0, 0 from generate_series(1, $1::int) n`);
  await client.query(
    `insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
    select md5('n' || n)::uuid, 1, 'message:new', gen_random_uuid(), md5('a' || n)::uuid, now(), 'hello' from generate_series(1, $1::int) n`,
    [count],
  );
  await client.query('analyze');
}

async function waiting(): Promise<number> {
  const query = sql`select count(*)::int as count from pg_locks where not granted`;
  return (await storage.database.db.execute<{ count: number }>(query)).rows[0]?.count ?? 0;
}
