/** Whom a stretch of a log concerns: those who have not read it, want to know and are still there; and never out of date. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
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

it('concerns those who may read it and have not, and those who went in this stretch', async () => {
  const { anna, ben, id } = await said(3);
  const concerned = async (of: Stretch) =>
    (await repository.concerned([of])).map(({ userId, gone }) => `${userId === ben ? 'ben' : 'anna'} ${gone}`).sort();
  expect(await concerned(stretch(id, 1, 4))).toEqual(['anna false', 'ben false']);
  await read(id, anna, 4);
  expect(await concerned(stretch(id, 1, 4))).toEqual(['ben false']);
  await storage.members.setMuted(id, ben, true);
  expect(await concerned(stretch(id, 1, 4))).toEqual([]);
  await storage.members.leave(id, ben, 5);
  expect(await concerned(stretch(id, 4, 5))).toEqual(['anna false', 'ben true']);
  expect(await concerned(stretch(id, 5, 9))).toEqual(['anna false']);
  expect(await unread(ben, stretch(id, 1, 4))).toEqual([]);
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

async function waiting(): Promise<number> {
  const query = sql`select count(*)::int as count from pg_locks where not granted`;
  return (await storage.database.db.execute<{ count: number }>(query)).rows[0]?.count ?? 0;
}
