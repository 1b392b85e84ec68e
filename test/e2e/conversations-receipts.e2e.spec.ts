/** Receipts of a short interval are merged: complete, sent to authorised users only, and not lost when a node shuts down. */
import type { WatermarkResult } from '@aeturnis/contracts';
import { connect } from '../support/clients/client';
import { useBlockScenario } from '../support/domains/block-scenario';
import { numbersUpTo } from '../support/domains/conversation-cluster';
import { ConversationUser } from '../support/domains/conversation-user';
import { holdReceipts } from '../support/domains/receipts';
import { startTestServer } from '../support/servers/server';

let anna: ConversationUser;
let ben: ConversationUser;
let cleo: ConversationUser;
let release: () => void;

const stage = useBlockScenario({ alone: false }, (users) => ({ anna, ben, cleo } = users));
beforeEach(() => {
  release = holdReceipts(stage.cluster.west, stage.cluster.east);
});
afterEach(() => jest.restoreAllMocks());

const read = (by: ConversationUser, conversationId: string, ...messageIds: string[]) =>
  by.run<WatermarkResult>('message:read', { conversationId, messageIds });
const deliver = (by: ConversationUser, conversationId: string, ...messageIds: string[]) =>
  by.run<WatermarkResult>('message:delivered', { conversationId, messageIds });
const reads = ({ client }: Pick<ConversationUser, 'client'>) => client.eventsNamed('message:read:receipt');
const deliveries = ({ client }: ConversationUser) => client.eventsNamed('message:delivered');

async function say(by: ConversationUser, id: string, count: number): Promise<string[]> {
  const sent = await Promise.all(numbersUpTo(count).map((n) => by.sendMessage(id, `${n}`)));
  return sent.toSorted((a, b) => a.seq - b.seq).map(({ messageId }) => messageId);
}

it('receipts of one reader are one event per author, and one for the reader’s other devices', async () => {
  const id = await anna.createGroup(ben, cleo);
  const phone = await connect(ben.url, ben.accessToken);
  const annas = await say(anna, id, 3);
  const cleos = await say(cleo, id, 2);
  const all = [...annas, ...cleos];
  const acks: number[] = [];
  for (const messageId of all) acks.push((await read(ben, id, messageId)).seq);
  // The acks do not wait for the receipts.
  expect(acks).toEqual([2, 3, 4, 5, 6]);
  await stage.waitForDelivery();
  expect([anna, cleo, { client: phone }].flatMap(reads)).toEqual([]);
  release();
  for (const [client, messageIds] of [
    [anna.client, annas],
    [cleo.client, cleos],
    [phone, all],
  ] as const) {
    const receipt = { conversationId: id, messageIds, seq: 6, readBy: ben.id, readAt: expect.any(String) };
    await client.waitForEvent('message:read:receipt');
    expect(client.eventsNamed('message:read:receipt')).toEqual([receipt]);
  }
  // A later read causes another receipt.
  const [later = ''] = await say(anna, id, 1);
  await read(ben, id, later);
  release();
  await anna.client.waitForEvent('message:read:receipt', ({ seq }) => seq === 7);
  expect(reads(anna).map(({ messageIds }) => messageIds)).toEqual([annas, [later]]);
  await cleo.client.roundTrip();
  expect(reads(cleo)).toHaveLength(1);
});

it('delivery receipts of a message are one event with all its recipients', async () => {
  const id = await anna.createGroup(ben, cleo);
  const dora = await ConversationUser.connect(ben.url);
  await anna.run('conversation:add', { conversationId: id, userIds: [dora.id] });
  const [first = '', second = ''] = await say(anna, id, 2);
  // The two deliveries on one node are merged there.
  await Promise.all([deliver(ben, id, first), deliver(dora, id, first, second)]);
  await deliver(ben, id, second);
  await anna.client.roundTrip();
  expect(deliveries(anna)).toEqual([]);
  release();
  await anna.client.waitForEvent('message:delivered', ({ messageId }) => messageId === second);
  const both = expect.arrayContaining([ben.id, dora.id]) as string[];
  const event = { conversationId: id, deliveredTo: both, deliveredAt: expect.any(String) };
  expect(deliveries(anna)).toHaveLength(2);
  expect(deliveries(anna)).toEqual(
    expect.arrayContaining([
      { ...event, messageId: first, seq: 3 },
      { ...event, messageId: second, seq: 4 },
    ]),
  );
  for (const { deliveredTo } of deliveries(anna)) expect(deliveredTo).toHaveLength(2);
});

it('receipts are not sent to members that have quit, nor between a blocker and the blocked user', async () => {
  const id = await cleo.createGroup(anna, ben);
  const dora = await ConversationUser.connect(stage.cluster.west.url);
  await cleo.run('conversation:add', { conversationId: id, userIds: [dora.id] });
  const messageIds: string[] = [];
  for (const by of [anna, ben, cleo, dora]) messageIds.push(...(await say(by, id, 1)));
  await stage.block();
  for (const by of [anna, ben]) {
    await deliver(by, id, ...messageIds);
    await read(by, id, ...messageIds);
  }
  await dora.run('conversation:quit', { conversationId: id });
  release();
  const receiptOf = ({ client }: ConversationUser, other: ConversationUser) =>
    client.waitForEvent('message:read:receipt', ({ readBy }) => readBy === other.id);
  await Promise.all([receiptOf(cleo, anna), receiptOf(cleo, ben), receiptOf(anna, anna), receiptOf(ben, ben)]);
  await stage.waitForDelivery();
  await Promise.all([ben, dora].map(({ client }) => client.roundTrip()));
  expect([anna, ben, dora].map((user) => reads(user).map(({ readBy }) => readBy))).toEqual([[anna.id], [ben.id], []]);
  expect([anna, ben, dora].flatMap(deliveries)).toEqual([]);
  expect(reads(cleo)).toHaveLength(2);
  expect(
    deliveries(cleo)
      .flatMap(({ deliveredTo }) => deliveredTo)
      .toSorted(),
  ).toEqual([anna.id, ben.id].toSorted());
});

it('receipts that are still pending when their node shuts down are sent before', async () => {
  const node = await startTestServer({ ...stage.cluster.environment, NODE_ID: 'ending' });
  try {
    holdReceipts(node);
    const dora = await ConversationUser.connect(node.url);
    const id = await anna.createGroup(dora);
    const messageIds = await say(anna, id, 3);
    for (const messageId of messageIds) await read(dora, id, messageId);
    const [deliveredId = ''] = await say(anna, id, 1);
    await deliver(dora, id, deliveredId);
    await anna.client.roundTrip();
    expect([reads(anna), deliveries(anna)]).toEqual([[], []]);
    await node.close();
    expect(await anna.client.waitForEvent('message:read:receipt')).toMatchObject({ messageIds, readBy: dora.id });
    expect(await anna.client.waitForEvent('message:delivered')).toMatchObject({
      messageId: deliveredId,
      deliveredTo: [dora.id],
    });
  } finally {
    await node.close();
  }
});
