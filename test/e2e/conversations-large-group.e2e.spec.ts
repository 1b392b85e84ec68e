/** A group of a thousand costs a node little more than a small one: one event to its room, and as few statements. */
import { randomUUID } from 'node:crypto';
import type { ConversationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { MOST_MEMBERS_WITH_RECEIPTS } from '../../apps/server/src/conversations/receipts/receipt-teller';
import { WatermarksService } from '../../apps/server/src/conversations/watermarks.service';
import { closeClients, connect, until } from '../support/client';
import {
  command,
  ConversationCluster,
  groupOf,
  request,
  send,
  type Talker,
  upTo,
} from '../support/conversation-cluster';
import { metric } from '../support/metrics';
import { holdReceipts } from '../support/receipts';
import { statementsOf } from '../support/statements';

const LARGE = 1_000;

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;
let release: () => void;

beforeAll(async () => {
  cluster = await ConversationCluster.open({ alone: true });
}, 60_000);
beforeEach(async () => {
  [anna, ben] = (await cluster.talkers(2)) as [Talker, Talker];
  release = holdReceipts(cluster.west);
});
afterEach(() => {
  jest.restoreAllMocks();
  closeClients();
});
afterAll(() => cluster.close());

/** Anna and Ben, with so many others that they are this many: made where they are kept. */
async function groupOfSize(size: number): Promise<{ id: string; others: string[] }> {
  const id = await groupOf(anna, ben);
  const others = upTo(size - 2).map(() => randomUUID());
  await cluster.west.app.get(Database).db.execute(sql`
    insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
    select ${id}, user_id, 'member', 1, 1, 1 from unnest(${sql.param(others)}::uuid[]) as user_id`);
  return { id, others };
}

const emitted = (event: string): Promise<number> =>
  metric(cluster.west.url, `aeturnis_events_emitted_total{event="${event}"}`);

/** Whether all that was said there has been told, and those who are away have been notified of it. */
async function isNoted(id: string): Promise<boolean> {
  const { rows } = await cluster.west.app
    .get(Database)
    .db.execute<{ noted: boolean }>(
      sql`select published = head as noted from conversation_heads where conversation_id = ${id}`,
    );
  return rows[0]?.noted ?? false;
}

/** What a message has asked of the tables it concerns once all of that is done, without the rounds that come anyway. */
async function statementsOfMessage(id: string): Promise<string[]> {
  const asked = await statementsOf(async () => {
    await send(anna, id, 'hello');
    await until(() => isNoted(id), 'the message is noted');
  });
  const texts = asked.map(({ text }) => text);
  return texts.filter((text) => /conversation|notifications/.test(text) && !/as noted|skip locked/.test(text));
}

const readBy = (userId: string, conversationId: string, messageId: string) =>
  cluster.west.app.get(WatermarksService, { strict: false }).read(userId, { conversationId, messageIds: [messageId] });

it('a message is one event to its room, and a few statements', async () => {
  const { id } = await groupOfSize(LARGE);
  await until(() => isNoted(id), 'the group is noted');
  const before = await emitted('message:new');
  expect((await statementsOfMessage(id)).length).toBeLessThan(20);
  expect((await emitted('message:new')) - before).toBe(1);
  await ben.client.settled();
  expect(ben.client.all('message:new')).toHaveLength(1);
});

it('a thousand who read at once cause a few statements each, and no event to authors', async () => {
  const { id, others } = await groupOfSize(LARGE);
  const phone = await connect(ben.url, ben.accessToken);
  const { messageId } = await send(anna, id, 'hello');
  await until(() => isNoted(id), 'the message is noted');
  const before = await emitted('message:read:receipt');
  const readers = [ben.id, ...others];
  const asked = await statementsOf(async () => {
    // All of them in one moment, but no more at a time than there are connections.
    for (let first = 0; first < readers.length; first += 10)
      await Promise.all(readers.slice(first, first + 10).map((userId) => readBy(userId, id, messageId)));
  });
  expect(asked.length).toBeLessThan(7 * readers.length);
  const told = await statementsOf(async () => {
    release();
    await phone.event('message:read:receipt');
  });
  expect(told.filter(({ text }) => /conversation_(log|members)/.test(text)).length).toBeLessThan(4);
  for (const client of [phone, ben.client])
    expect(client.all('message:read:receipt')).toMatchObject([{ messageIds: [messageId], readBy: ben.id }]);
  expect((await emitted('message:read:receipt')) - before).toBeLessThanOrEqual(readers.length);
  await anna.client.settled();
  expect(anna.client.all('message:read:receipt')).toEqual([]);
  const { body } = await request(ben, 'GET', `/api/conversations/${id}`);
  expect(body as unknown as ConversationView).toMatchObject({ unread: 0, readSeq: 2, deliveredSeq: 2 });
});

it.each([
  ['goes to authors up to the limit', MOST_MEMBERS_WITH_RECEIPTS, 1],
  ['goes to nobody above it', MOST_MEMBERS_WITH_RECEIPTS + 1, 0],
])('a receipt %s', async (_, size, count) => {
  const { id, others } = await groupOfSize(size);
  const { messageId } = await send(anna, id, 'hello');
  const named = { conversationId: id, messageIds: [messageId] };
  const watermarks = cluster.west.app.get(WatermarksService, { strict: false });
  for (const userId of others) await watermarks.delivered(userId, named);
  await command(ben, 'message:delivered', named);
  await command(ben, 'message:read', named);
  release();
  await ben.client.event('message:read:receipt');
  await anna.client.settled();
  expect(anna.client.all('message:read:receipt')).toHaveLength(count);
  const delivered = anna.client.all('message:delivered').map(({ deliveredTo }) => deliveredTo.toSorted());
  expect(delivered).toEqual(Array(count).fill([ben.id, ...others].toSorted()));
});
