/** Receipts that fall into one moment are one: complete, for those who may have it, and not lost with a node that ends. */
import type { Marked } from '@aeturnis/contracts';
import { closeClients, connect } from '../support/client';
import { BlockStage } from '../support/block-stage';
import { command, groupOf, send, type Talker, upTo } from '../support/conversation-cluster';
import { holdReceipts } from '../support/receipts';
import { startTestServer } from '../support/server';

let stage: BlockStage;
let anna: Talker;
let ben: Talker;
let cleo: Talker;
let release: () => void;

beforeAll(async () => {
  stage = await BlockStage.open({ alone: false });
}, 60_000);
beforeEach(async () => {
  await stage.begin();
  ({ anna, ben, cleo } = stage);
  release = holdReceipts(stage.cluster.west, stage.cluster.east);
});
afterEach(() => {
  closeClients();
  jest.restoreAllMocks();
});
afterAll(() => stage.cluster.close());

const read = (by: Talker, conversationId: string, ...messageIds: string[]) =>
  command<Marked>(by, 'message:read', { conversationId, messageIds });
const deliver = (by: Talker, conversationId: string, ...messageIds: string[]) =>
  command<Marked>(by, 'message:delivered', { conversationId, messageIds });
const reads = ({ client }: Pick<Talker, 'client'>) => client.all('message:read:receipt');
const deliveries = ({ client }: Talker) => client.all('message:delivered');

async function say(by: Talker, id: string, count: number): Promise<string[]> {
  const sent = await Promise.all(upTo(count).map((n) => send(by, id, `${n}`)));
  return sent.toSorted((one, other) => one.seq - other.seq).map(({ messageId }) => messageId);
}

it('of one reader are one receipt for each author and for the other devices, with all the messages', async () => {
  const id = await groupOf(anna, ben, cleo);
  const phone = await connect(ben.url, ben.accessToken);
  const annas = await say(anna, id, 3);
  const cleos = await say(cleo, id, 2);
  const all = [...annas, ...cleos];
  const acks: number[] = [];
  for (const messageId of all) acks.push((await read(ben, id, messageId)).seq);
  // The acks wait for nothing.
  expect(acks).toEqual([2, 3, 4, 5, 6]);
  await stage.allIsHeard();
  expect([anna, cleo, { client: phone }].flatMap(reads)).toEqual([]);
  release();
  for (const [client, messageIds] of [
    [anna.client, annas],
    [cleo.client, cleos],
    [phone, all],
  ] as const) {
    const receipt = { conversationId: id, messageIds, seq: 6, readBy: ben.id, readAt: expect.any(String) };
    await client.event('message:read:receipt');
    expect(client.all('message:read:receipt')).toEqual([receipt]);
  }
  // What comes later is another one.
  const [later = ''] = await say(anna, id, 1);
  await read(ben, id, later);
  release();
  await anna.client.event('message:read:receipt', ({ seq }) => seq === 7);
  expect(reads(anna).map(({ messageIds }) => messageIds)).toEqual([annas, [later]]);
  await cleo.client.settled();
  expect(reads(cleo)).toHaveLength(1);
});

it('of a message that has reached several are one event with all of them', async () => {
  const id = await groupOf(anna, ben, cleo);
  const dora = await stage.cluster.talker(ben.url);
  await command(anna, 'conversation:add', { conversationId: id, userIds: [dora.id] });
  const [first = '', second = ''] = await say(anna, id, 2);
  // Those of one node wait together.
  await Promise.all([deliver(ben, id, first), deliver(dora, id, first, second)]);
  await deliver(ben, id, second);
  await anna.client.settled();
  expect(deliveries(anna)).toEqual([]);
  release();
  await anna.client.event('message:delivered', ({ messageId }) => messageId === second);
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

it('are for nobody who has gone meanwhile, and not between those of whom one has blocked the other', async () => {
  const id = await groupOf(cleo, anna, ben);
  const dora = await stage.cluster.talker();
  await command(cleo, 'conversation:add', { conversationId: id, userIds: [dora.id] });
  const said: string[] = [];
  for (const by of [anna, ben, cleo, dora]) said.push(...(await say(by, id, 1)));
  await stage.block();
  for (const by of [anna, ben]) {
    await deliver(by, id, ...said);
    await read(by, id, ...said);
  }
  await command(dora, 'conversation:quit', { conversationId: id });
  release();
  const about = ({ client }: Talker, other: Talker) =>
    client.event('message:read:receipt', ({ readBy }) => readBy === other.id);
  await Promise.all([about(cleo, anna), about(cleo, ben), about(anna, anna), about(ben, ben)]);
  await stage.allIsHeard();
  await Promise.all([ben, dora].map(({ client }) => client.settled()));
  expect([anna, ben, dora].map((each) => reads(each).map(({ readBy }) => readBy))).toEqual([[anna.id], [ben.id], []]);
  expect([anna, ben, dora].flatMap(deliveries)).toEqual([]);
  expect(reads(cleo)).toHaveLength(2);
  expect(
    deliveries(cleo)
      .flatMap(({ deliveredTo }) => deliveredTo)
      .toSorted(),
  ).toEqual([anna.id, ben.id].toSorted());
});

it('that still wait when their node ends are told before', async () => {
  const ending = await startTestServer({ ...stage.cluster.environment, NODE_ID: 'ending' });
  try {
    holdReceipts(ending);
    const dora = await stage.cluster.talker(ending.url);
    const id = await groupOf(anna, dora);
    const said = await say(anna, id, 3);
    for (const messageId of said) await read(dora, id, messageId);
    const [more = ''] = await say(anna, id, 1);
    await deliver(dora, id, more);
    await anna.client.settled();
    expect([reads(anna), deliveries(anna)]).toEqual([[], []]);
    await ending.close();
    expect(await anna.client.event('message:read:receipt')).toMatchObject({ messageIds: said, readBy: dora.id });
    expect(await anna.client.event('message:delivered')).toMatchObject({ messageId: more, deliveredTo: [dora.id] });
  } finally {
    await ending.close();
  }
});
