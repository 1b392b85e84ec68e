/** Bounds of reads on a real database: pages of messages, log entries, reactions and unread counts. */
import { randomUUID } from 'node:crypto';
import { MAX_SHOWN_REACTIONS, MAX_UNREAD } from '@aeturnis/contracts';
import { sql } from 'drizzle-orm';
import {
  type ConversationStorage,
  useConversationStorage,
} from '../../../../test/support/domains/conversation-storage';
import { ReactionsRepository } from './reactions/reactions.repository';

const LONG = 40_000;
const MESSAGES = 300;
const BYTES = 256 * 1024;

let storage: ConversationStorage;
let group: string;
const anna = randomUUID();
const ben = randomUUID();

useConversationStorage(1, async (west) => {
  storage = west;
  group = await storage.createGroup(anna, ben);
  // Ten thousand characters of four bytes each.
  await storage.database.db.execute(sql`
    insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
    select ${group}::uuid, n, 'message:new', gen_random_uuid(), ${anna}::uuid, now(), repeat('𝄞', 10000)
    from generate_series(2, ${MESSAGES + 1}::int) n`);
  await storage.database.db.execute(sql`
    update conversation_heads set head = ${MESSAGES + 1} where conversation_id = ${group}::uuid`);
});

const bytesOf = (all: readonly { content: string | null }[]): number =>
  all.reduce((sum, { content }) => sum + Buffer.byteLength(content ?? ''), 0);

it('a page of messages ends with the message that exceeds the byte limit, and the next page continues after it', async () => {
  const seqs: number[] = [];
  for (let [after, more] = [0, true]; more;) {
    const page = await storage.messages.page(group, { after }, { limit: 101, bytes: BYTES });
    expect(bytesOf(page.messages)).toBeLessThan(BYTES + LONG);
    seqs.push(...page.messages.map(({ seq }) => seq));
    [after, more] = [page.messages.at(-1)?.seq ?? 0, page.more];
  }
  expect(seqs).toEqual(Array.from({ length: MESSAGES }, (_, index) => index + 2));
  const backward = await storage.messages.page(group, {}, { limit: 101, bytes: BYTES });
  expect(bytesOf(backward.messages)).toBeLessThan(BYTES + LONG);
  expect(backward.messages[0]?.seq).toBe(MESSAGES + 1);
});

it('a page contains messages of excluded authors as hidden, without their content', async () => {
  const page = await storage.messages.page(group, {}, { limit: 101, bytes: BYTES, excludedAuthors: new Set([anna]) });
  expect(page.messages).toHaveLength(101);
  expect(page.messages.every(({ hidden, content }) => hidden && content === null)).toBe(true);
});

it('entries of several conversations share one byte limit, and the first is always read', async () => {
  const other = await storage.createGroup(anna);
  const ranges = [
    { conversationId: group, after: 1, upTo: 200 },
    { conversationId: other, after: 0, upTo: 1 },
  ];
  const entries = await storage.log.entriesInRanges(ranges, BYTES);
  expect(bytesOf(entries)).toBeLessThan(BYTES + LONG);
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 2));
  expect(await storage.log.entriesInRanges(ranges, 1)).toHaveLength(1);
  const all = await storage.log.entriesInRanges(ranges.toReversed(), 2 * BYTES);
  expect(all.slice(0, 2).map(({ conversationId }) => conversationId)).toEqual([other, group]);
});

it('unread is counted among a bounded number of messages', async () => {
  const viewer = { userId: ben, blocking: new Set<string>() };
  expect(await storage.conversations.findForMember(viewer, group)).toMatchObject({ unread: MAX_UNREAD });
  expect(await storage.conversations.listForMember(viewer, 10)).toMatchObject([{ id: group, unread: MAX_UNREAD }]);
  expect(await storage.conversations.listForMember({ ...viewer, blocking: new Set([anna]) }, 10)).toMatchObject([
    { unread: 0 },
  ]);
});

it('a message with very many reactions shows the oldest, the own ones, and totals per emoji', async () => {
  const reactions = new ReactionsRepository(storage.database);
  const react = (message: number, count: number) =>
    storage.database.db.execute(sql`
      insert into conversation_reactions (id, conversation_id, message_seq, user_id, emoji, seq)
      select gen_random_uuid(), ${group}::uuid, ${message}, md5('u' || n)::uuid, 'e' || n % 2, 1000 + n
      from generate_series(1, ${count}::int) n`);
  await react(2, 1_000);
  await react(3, MAX_SHOWN_REACTIONS);
  const own = { id: randomUUID(), conversationId: group, messageSeq: 2, userId: ben, emoji: 'mine', seq: 5_000 };
  await reactions.add(own);
  const messages = [2, 3, 4].map((seq) => ({ conversationId: group, seq }));
  const shown = [...(await reactions.findShown(messages, ben)).values()];
  expect(shown.map((message) => message.reactions.length)).toEqual([MAX_SHOWN_REACTIONS + 1, MAX_SHOWN_REACTIONS]);
  expect(shown[0]?.reactions.at(-1)).toEqual({ id: own.id, emoji: 'mine', userId: ben });
  expect(shown.map(({ counts }) => counts)).toEqual([
    [
      { emoji: 'e0', count: 500 },
      { emoji: 'e1', count: 500 },
      { emoji: 'mine', count: 1 },
    ],
    null,
  ]);
  const [first = { conversationId: group, seq: 2 }] = messages;
  const totals = () => reactions.countTotals(first, { userId: ben, emoji: 'mine' });
  expect(await totals()).toEqual({ total: 1_001, emoji: 3, same: 1, own: 1 });
  await reactions.remove(own.id);
  expect(await totals()).toEqual({ total: 1_000, emoji: 2, same: 0, own: 0 });
  const page = await reactions.page(first, 0, 3);
  expect((await reactions.page(first, page.at(-1)?.seq ?? 0, 2)).map(({ seq }) => seq)).toEqual([1_004, 1_005]);
});
