/** A group of a thousand costs a node little more than a small one: one event to its room, and equally few statements. */
import { randomUUID } from 'node:crypto';
import type { ConversationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { MAX_MEMBERS_WITH_RECEIPTS } from '../../apps/server/src/conversations/receipts/receipt-publisher';
import { WatermarksService } from '../../apps/server/src/conversations/receipts/watermarks.service';
import { connect, waitUntil } from '../support/clients/client';
import { type ConversationCluster, useConversationCluster, numbersUpTo } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';
import { readMetric } from '../support/servers/metrics';
import { holdReceipts } from '../support/domains/receipts';
import { recordStatements } from '../support/databases/statements';

const LARGE = 1_000;

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;
let release: () => void;

useConversationCluster((scene) => ({ cluster, anna, ben } = scene), { alone: true });
beforeEach(() => {
  release = holdReceipts(cluster.west);
});
afterEach(() => jest.restoreAllMocks());

/** A group of Anna, Ben and other members, inserted into the database, of this size. */
async function groupOfSize(size: number): Promise<{ id: string; others: string[] }> {
  const id = await anna.createGroup(ben);
  const others = numbersUpTo(size - 2).map(() => randomUUID());
  await cluster.west.app.get(Database).db.execute(sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select ${id}, user_id, 'member', 1, 1, 1 from unnest(${sql.param(others)}::uuid[]) as user_id`);
  return { id, others };
}

const emitted = (event: string): Promise<number> =>
  readMetric(cluster.west.url, `aeturnis_events_emitted_total{event="${event}"}`);

/** Whether every entry of the log is published, and notifications for it are created. */
async function isPublished(id: string): Promise<boolean> {
  const { rows } = await cluster.west.app
    .get(Database)
    .db.execute<{ is_published: boolean }>(
      sql`select published = head as is_published from conversation_heads where conversation_id = ${id}`,
    );
  return rows[0]?.is_published ?? false;
}

/** The statements that a message causes until it is published, without those of periodic tasks and of this test. */
async function statementsOfMessage(id: string): Promise<string[]> {
  const statements = await recordStatements(async () => {
    await anna.sendMessage(id, 'hello');
    await waitUntil(() => isPublished(id), 'the message is published');
  });
  const texts = statements.map(({ text }) => text);
  return texts.filter((text) => /conversation|notifications/.test(text) && !/as is_published|skip locked/.test(text));
}

const readBy = (userId: string, conversationId: string, messageId: string) =>
  cluster.west.app
    .get(WatermarksService, { strict: false })
    .markRead(userId, { conversationId, messageIds: [messageId] });

it('a message is one event to its room, and a few statements', async () => {
  const { id } = await groupOfSize(LARGE);
  await waitUntil(() => isPublished(id), 'the creation of the group is published');
  const before = await emitted('message:new');
  expect((await statementsOfMessage(id)).length).toBeLessThan(20);
  expect((await emitted('message:new')) - before).toBe(1);
  await ben.client.roundTrip();
  expect(ben.client.eventsNamed('message:new')).toHaveLength(1);
});

it('a thousand concurrent reads cause a few statements each, and no event to the author', async () => {
  const { id, others } = await groupOfSize(LARGE);
  const phone = await connect(ben.url, ben.accessToken);
  const { messageId } = await anna.sendMessage(id, 'hello');
  await waitUntil(() => isPublished(id), 'the message is published');
  const before = await emitted('message:read:receipt');
  const readers = [ben.id, ...others];
  const markStatements = await recordStatements(async () => {
    // All readers at about the same time, but no more at once than the pool has connections.
    for (let first = 0; first < readers.length; first += 10)
      await Promise.all(readers.slice(first, first + 10).map((userId) => readBy(userId, id, messageId)));
  });
  expect(markStatements.length).toBeLessThan(7 * readers.length);
  const publishStatements = await recordStatements(async () => {
    release();
    await phone.waitForEvent('message:read:receipt');
  });
  expect(publishStatements.filter(({ text }) => /conversation_(log|members)/.test(text)).length).toBeLessThan(4);
  for (const client of [phone, ben.client])
    expect(client.eventsNamed('message:read:receipt')).toMatchObject([{ messageIds: [messageId], readBy: ben.id }]);
  expect((await emitted('message:read:receipt')) - before).toBeLessThanOrEqual(readers.length);
  await anna.client.roundTrip();
  expect(anna.client.eventsNamed('message:read:receipt')).toEqual([]);
  const { body } = await ben.request('GET', `/api/conversations/${id}`);
  expect(body as unknown as ConversationView).toMatchObject({ unread: 0, readSeq: 2, deliveredSeq: 2 });
});

it.each([
  ['is sent to authors in a group at the limit', MAX_MEMBERS_WITH_RECEIPTS, 1],
  ['is not sent to authors in a larger group', MAX_MEMBERS_WITH_RECEIPTS + 1, 0],
])('a receipt %s', async (_, size, count) => {
  const { id, others } = await groupOfSize(size);
  const { messageId } = await anna.sendMessage(id, 'hello');
  const request = { conversationId: id, messageIds: [messageId] };
  const watermarks = cluster.west.app.get(WatermarksService, { strict: false });
  for (const userId of others) await watermarks.markDelivered(userId, request);
  await ben.run('message:delivered', request);
  await ben.run('message:read', request);
  release();
  await ben.client.waitForEvent('message:read:receipt');
  await anna.client.roundTrip();
  expect(anna.client.eventsNamed('message:read:receipt')).toHaveLength(count);
  const delivered = anna.client.eventsNamed('message:delivered').map(({ deliveredTo }) => deliveredTo.toSorted());
  expect(delivered).toEqual(Array(count).fill([ben.id, ...others].toSorted()));
});
