/** Conversation retention on a real database: which conversations and memberships are deleted, and when. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import {
  type ConversationStorage,
  useConversationStorage,
} from '../../../../../test/support/domains/conversation-storage';
import {
  ConversationRetention,
  EMPTY_CONVERSATION_RETENTION_MS,
  FORMER_MEMBER_RETENTION_MS,
} from './conversation-retention';
import { ConversationRetentionRepository } from './conversation-retention.repository';

const TABLES = [
  'conversation_heads',
  'conversation_log',
  'conversation_members',
  'conversation_reactions',
  'conversation_reaction_counts',
  'conversation_unpublished',
];

let storage: ConversationStorage;
let retention: ConversationRetention;

useConversationStorage(1, (west) => {
  storage = west;
  const clock = { now: () => Date.now() };
  retention = new ConversationRetention(storage.database, new ConversationRetentionRepository(storage.database), clock);
});

/** Removes a user with an entry that is `agoMs` old. */
async function leave(conversationId: string, userId: string, agoMs: number): Promise<void> {
  const removed = { type: 'conversation:member_removed' as const, actorId: userId, facts: { userId } };
  const { seq } = await storage.database.transaction(() => storage.log.append(conversationId, [removed]));
  await storage.members.markLeft(conversationId, userId, seq);
  await storage.database.db.execute(sql`
    update conversation_log set at = now() - ${agoMs + 60_000} * interval '1 millisecond'
    where conversation_id = ${conversationId} and seq = ${seq}`);
}

async function tablesOf(conversationId: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of TABLES) {
    const { rows } = await storage.database.db.execute(sql`
      select from ${sql.identifier(table)} where conversation_id = ${conversationId} limit 1`);
    if (rows.length > 0) found.push(table);
  }
  return (await storage.conversations.find(conversationId)) ? ['conversations', ...found] : found;
}

it('deletes all rows of a conversation without members after the retention time, in batches, and no other rows', async () => {
  const [anna, ben] = [randomUUID(), randomUUID()];
  const [ended, recent, active] = [
    await storage.createGroup(anna, ben),
    await storage.createGroup(anna),
    await storage.createGroup(anna, ben),
  ];
  for (let n = 0; n < 7; n++) await storage.send(ended, anna);
  await storage.database.db.execute(sql`
    insert into conversation_reactions (id, conversation_id, message_seq, user_id, emoji, seq)
    select gen_random_uuid(), ${ended}::uuid, 2, gen_random_uuid(), 'x', n from generate_series(1, 5) n`);
  for (const user of [anna, ben]) await leave(ended, user, EMPTY_CONVERSATION_RETENTION_MS);
  await leave(recent, anna, 0);
  await leave(active, ben, EMPTY_CONVERSATION_RETENTION_MS);
  expect(await tablesOf(ended)).toEqual(['conversations', ...TABLES]);
  expect(await retention.run(1, 3)).toBe(1);
  expect(await tablesOf(ended)).toEqual([]);
  expect(await tablesOf(recent)).toContain('conversation_log');
  expect(await tablesOf(active)).toContain('conversation_log');
});

it('deletes memberships that ended before the retention time and keeps the others', async () => {
  const users = Array.from({ length: 6 }, () => randomUUID());
  const [admin = '', recent = '', ...former] = users;
  const id = await storage.createGroup(...users);
  for (const user of former) await leave(id, user, FORMER_MEMBER_RETENTION_MS);
  await leave(id, recent, FORMER_MEMBER_RETENTION_MS / 2);
  expect(await retention.run(10, 2)).toBe(0);
  for (const user of former) expect(await storage.members.find(id, user)).toBeNull();
  expect(await storage.members.find(id, recent)).toMatchObject({ leftSeq: expect.any(Number) });
  expect(await storage.members.find(id, admin)).toMatchObject({ leftSeq: null });
});
