/** Notices repository on a real database: which members a range of log entries affects, and which messages are unread. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { explain, NESTED_LOOPS } from '../../../../../test/support/databases/explain';
import { recordStatements } from '../../../../../test/support/databases/statements';
import { waitUntil } from '../../../../../test/support/clients/client';
import {
  type ConversationStorage,
  useConversationStorage,
} from '../../../../../test/support/domains/conversation-storage';
import type { LogRange } from '../log/conversation-log.repository';
import { NoticesRepository, type UnreadMessages } from './notices.repository';

let storage: ConversationStorage;
let repository: NoticesRepository;
let otherNode: NoticesRepository;

useConversationStorage(2, (west, east) => {
  storage = west;
  repository = new NoticesRepository(west.database);
  otherNode = new NoticesRepository(east.database);
});

/** Creates a group of two with messages of the first member. Entry 1 creates the group; messages start at 2. */
async function groupWithMessages(messages: number) {
  const [anna, ben] = [randomUUID(), randomUUID()];
  const id = await storage.createGroup(anna, ben);
  for (let n = 0; n < messages; n++) await storage.send(id, anna);
  return { anna, ben, id };
}
const rangeOf = (conversationId: string, after: number, upTo: number): LogRange => ({ conversationId, after, upTo });
const unread = async (userId: string, part: LogRange): Promise<number[]> =>
  (await repository.findUnread([{ conversationId: part.conversationId, userId }], [part])).flatMap(({ seqs }) => seqs);
const read = (id: string, userId: string, seq: number) =>
  storage.database.transaction(() => storage.members.advanceWatermark(id, userId, 'readSeq', seq));

it('findUnread returns the messages of other members in the range that the member has not read', async () => {
  const { anna, ben, id } = await groupWithMessages(5);
  await storage.send(id, ben);
  expect(await unread(ben, rangeOf(id, 1, 7))).toEqual([2, 3, 4, 5, 6]);
  expect(await unread(anna, rangeOf(id, 1, 7))).toEqual([7]);
  expect(await unread(ben, rangeOf(id, 4, 5))).toEqual([5]);
  await read(id, ben, 4);
  expect(await unread(ben, rangeOf(id, 1, 7))).toEqual([5, 6]);
  expect(await unread(randomUUID(), rangeOf(id, 1, 7))).toEqual([]);
});

it('findAffected returns unmuted members with unread messages, and members removed in the range', async () => {
  const { anna, ben, id } = await groupWithMessages(3);
  const affected = async (range: LogRange) =>
    (await repository.findAffected([range]))
      .map(({ userId, hasLeft }) => `${userId === ben ? 'ben' : 'anna'} ${hasLeft}`)
      .sort();
  expect(await affected(rangeOf(id, 1, 4))).toEqual(['anna false', 'ben false']);
  await read(id, anna, 4);
  expect(await affected(rangeOf(id, 1, 4))).toEqual(['ben false']);
  await storage.members.setMuted(id, ben, true);
  expect(await affected(rangeOf(id, 1, 4))).toEqual([]);
  const removed = { type: 'conversation:member_removed', actorId: ben, facts: { userId: ben } } as const;
  expect((await storage.log.append(id, [removed])).seq).toBe(5);
  await storage.members.markLeft(id, ben, 5);
  // The range has no message, so that anna is not affected.
  expect(await affected(rangeOf(id, 4, 5))).toEqual(['ben true']);
  expect(await affected(rangeOf(id, 5, 9))).toEqual([]);
  expect(await unread(ben, rangeOf(id, 1, 4))).toEqual([]);
});

it('findLagging returns the conversations of absent users from the last confirmed entry on', async () => {
  const { ben, id } = await groupWithMessages(4);
  const entries = await storage.log.entriesBetween(id, 0, 5, 10);
  const at = (seq: number): Date => entries[seq - 1]?.at ?? new Date(0);
  const behind = async (confirmedUntil: Date) =>
    (await repository.findLagging([{ userId: ben, confirmedUntil }])).map(({ after, head }) => [after, head]);
  expect(await behind(new Date(at(1).getTime() - 1))).toEqual([[1, 5]]);
  expect(await behind(new Date(at(5).getTime() + 1))).toEqual([]);
  const confirmed = (moment: Date): number => entries.filter((entry) => entry.at < moment).length;
  // An entry of exactly that moment does not count as confirmed.
  expect(await behind(at(3))).toEqual([[confirmed(at(3)), 5]]);
  expect(await behind(at(5))).toEqual([[confirmed(at(5)), 5]]);
  await storage.database.transaction(() => storage.members.advanceWatermark(id, ben, 'deliveredSeq', 4));
  expect(await behind(new Date(0))).toEqual([[4, 5]]);
  await read(id, ben, 5);
  expect(await behind(new Date(0))).toEqual([]);
  await storage.send(id, randomUUID());
  await storage.members.setMuted(id, ben, true);
  expect(await behind(new Date(0))).toEqual([]);
});

it('findUnread starts after the own position of a recipient', async () => {
  const { ben, id } = await groupWithMessages(4);
  const found = await storage.database.transaction(() =>
    repository.findUnread([{ conversationId: id, userId: ben, after: 3 }], [rangeOf(id, 1, 5)]),
  );
  expect(found.map(({ seqs }) => seqs)).toEqual([[4, 5]]);
});

it('findUnread waits for a concurrent watermark update, and leaves out the messages it covers', async () => {
  const { ben, id } = await groupWithMessages(3);
  let pending: Promise<UnreadMessages[]> = Promise.resolve([]);
  await storage.database.transaction(async () => {
    await storage.members.advanceWatermark(id, ben, 'readSeq', 3);
    pending = otherNode.findUnread([{ conversationId: id, userId: ben }], [rangeOf(id, 1, 4)]);
    await waitUntil(async () => (await countLockWaits()) > 0, 'findUnread waits for the lock');
  });
  expect((await pending).map(({ seqs }) => seqs)).toEqual([[4]]);
});

it('findUnread reads at most six rows per conversation of a batch', async () => {
  const conversations = 3_000;
  const ben = randomUUID();
  const client = new Client({ connectionString: storage.url });
  await client.connect();
  try {
    await insertConversations(client, conversations, ben);
    const { rows } = await client.query<{ id: string }>(
      'select conversation_id as id from conversation_members where user_id = $1',
      [ben],
    );
    const ranges = rows.map(({ id }) => rangeOf(id, 0, 1));
    const recipients = rows.map(({ id }) => ({ conversationId: id, userId: ben }));
    let found: UnreadMessages[] = [];
    const statements = await recordStatements(async () => (found = await repository.findUnread(recipients, ranges)));
    expect(found).toHaveLength(conversations);
    for (const statement of statements) {
      const { rowsRead, plan } = await explain(client, statement, NESTED_LOOPS);
      if (rowsRead > 6 * conversations) throw new Error(`${rowsRead} rows were read: ${plan.slice(0, 2_000)}`);
    }
  } finally {
    await client.end();
  }
});

/** Inserts conversations of this user, each with one message of a different author. */
async function insertConversations(client: Client, count: number, userId: string): Promise<void> {
  const insert = (statement: string, ...values: string[]) => client.query(statement, [count, ...values]);
  await insert(`insert into conversations (id, kind)
    select md5('n' || n)::uuid, 'group' from generate_series(1, $1::int) n`);
  await insert(
    `insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select md5('n' || n)::uuid, $2::uuid, 'member', 0, 0, 0 from generate_series(1, $1::int) n`,
    userId,
  );
  await insert(`insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
    select md5('n' || n)::uuid, 1, 'message:new', gen_random_uuid(), md5('a' || n)::uuid, now(), 'hello'
    from generate_series(1, $1::int) n`);
  await client.query('analyze');
}

async function countLockWaits(): Promise<number> {
  const query = sql`select count(*)::int as count from pg_locks where not granted`;
  return (await storage.database.db.execute<{ count: number }>(query)).rows[0]?.count ?? 0;
}
