/** Common failures of messengers, in the words of their users, and the behaviour of this server instead. */
import { randomUUID } from 'node:crypto';
import type { ConversationSummary, MessagePage, SyncPage } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { connect, waitUntil } from '../support/clients/client';
import { type ConversationCluster, useConversationCluster, numbersUpTo } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;

useConversationCluster((scene) => ({ cluster, anna, ben } = scene));

const headOf = ({ client }: ConversationUser, id: string): number => {
  const [sync] = client.eventsNamed('system:sync') as { conversations?: ConversationSummary[] }[];
  return sync?.conversations?.find((conversation) => conversation.id === id)?.head ?? 0;
};
const pageOf = async (by: ConversationUser, query: string): Promise<MessagePage> =>
  (await by.request('GET', `/api/messages?${query}`)).body as unknown as MessagePage;

it('“what they wrote while the app was opening never showed up”', async () => {
  for (const round of numbersUpTo(5)) {
    const id = await anna.createGroup(ben);
    const app = { open: false };
    const writing = (async () => {
      let last = 1;
      for (let after = 0; after < 3; after += app.open ? 1 : 0)
        last = (await anna.sendMessage(id, 'still writing')).seq;
      return last;
    })();
    const client = await connect(round % 2 ? cluster.east.url : cluster.west.url, ben.accessToken);
    const phone: ConversationUser = ben.withClient(client);
    // The connection joins the room before the sync: entries that the answer lacks are delivered live.
    const synced = (await phone.syncAll(id, 0)).events.map(({ seq }) => seq);
    app.open = true;
    const last = await writing;
    await waitUntil(() => phone.receivedSeqs(id).includes(last), 'the last message');
    const known = new Set([...synced, ...phone.receivedSeqs(id)]);
    expect([...known].sort((a, b) => a - b)).toEqual(numbersUpTo(last));
    client.close();
  }
});

it('“the last message only showed up when somebody wrote the next one”', async () => {
  const id = await anna.createGroup(ben);
  ben.client.close();
  const { seq } = await anna.sendMessage(id, 'are you there?');
  const reconnected = await ben.connectTo(ben.url);
  // No later event reveals the gap; `head` in `system:sync` does.
  expect(headOf(reconnected, id)).toBe(seq);
  expect((await reconnected.syncAll(id, 1)).events).toMatchObject([{ seq, data: { content: 'are you there?' } }]);
});

it('“it crashed while it was loading, and since then messages are missing”', async () => {
  const id = await anna.createGroup(ben);
  for (const n of numbersUpTo(40)) await anna.sendMessage(id, `${n} `.padEnd(10_000, 'x'));
  const cursors = { [id]: 1 };
  const lost: SyncPage = await ben.run('conversation:sync', { cursors });
  expect(lost.conversations[id]?.limited).toBe(true);
  // The server keeps no cursor of the client, so entries the client did not apply are sent again.
  expect(await ben.run('conversation:sync', { cursors })).toEqual(lost);
  expect((await ben.syncAll(id, 1)).events.map(({ seq }) => seq)).toEqual(numbersUpTo(41).slice(1));
});

it('“I was away for weeks, and the conversation would not load any more”', async () => {
  const id = await anna.createGroup(ben);
  await cluster.west.app.get(Database).db.execute(sql`
    with more as (insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
      select ${id}, n, 'message:new', gen_random_uuid(), ${anna.id}, now(), 'missed' from generate_series(2, 3000) n)
    update conversation_heads set head = 3000, published = 3000 where conversation_id = ${id}`);
  const { events, pages, head } = await ben.syncAll(id, 1);
  expect([events.length, head]).toEqual([2999, 3000]);
  expect(pages).toBeGreaterThan(1);
});

it('“my message is there twice: once from the ack and once from the others’ view”', async () => {
  const id = await anna.createGroup(ben);
  // In either order, ack and echo name the message by its id and by the sender's `tempId`.
  const names = numbersUpTo(20).map(() => randomUUID());
  const acks = await Promise.all(names.map((tempId) => anna.sendMessage(id, 'hello', tempId)));
  await waitUntil(() => anna.client.eventsNamed('message:new').length === 20, 'all echoes');
  const echoes = anna.client.eventsNamed('message:new').map((echo) => [echo.tempId, echo.id, echo.seq]);
  const acked = acks.map(({ messageId, seq }, index) => [names[index], messageId, seq]);
  expect(new Set(echoes.map(String))).toEqual(new Set(acked.map(String)));
});

it('“the train went into a tunnel, I pressed send again, and they got it twice”', async () => {
  const id = await anna.createGroup(ben);
  const tempId = randomUUID();
  anna.client.socket.emit('message:send', { conversationId: id, content: 'on my way', tempId });
  await ben.client.waitForEvent('message:new');
  anna.client.close();
  const reconnected = await anna.connectTo(cluster.east.url);
  expect(await reconnected.sendMessage(id, 'on my way', tempId)).toMatchObject({ seq: 2, duplicate: true });
  await reconnected.sendMessage(id, 'there');
  await ben.client.waitForEvent('message:new', ({ content }) => content === 'there');
  expect(ben.client.eventsNamed('message:new').map(({ content }) => content)).toEqual(['on my way', 'there']);
});

it('“messages of the same moment change places, and one is missing when I scroll up”', async () => {
  const id = await anna.createGroup(ben);
  const sent = await Promise.all(numbersUpTo(30).map((n) => (n % 2 ? anna : ben).sendMessage(id, `${n}`)));
  await cluster.west.app.get(Database).db.execute(sql`
    update conversation_log set at = date_trunc('second', now()) where conversation_id = ${id}`);
  const order = sent.toSorted((a, b) => a.seq - b.seq).map(({ messageId }) => messageId);
  const seen: string[] = [];
  for (let before: number | undefined = 100; before !== undefined;) {
    const page: MessagePage = await pageOf(ben, `conversationId=${id}&before=${before}&limit=7`);
    seen.unshift(...page.messages.toReversed().map((message) => ('id' in message ? message.id : 'hidden')));
    before = page.next;
  }
  expect(seen).toEqual(order);
  expect(ben.client.eventsNamed('message:new').map((message) => message.id)).toEqual(order);
});

it('“I corrected it at once, and the old text reappeared”', async () => {
  const id = await anna.createGroup(ben);
  const tempId = randomUUID();
  const sending = anna.sendMessage(id, 'teh first', tempId);
  // The echo suffices for a correction before the ack arrives.
  const { id: messageId } = await anna.client.waitForEvent('message:new');
  await anna.run('message:update', { conversationId: id, messageId, content: 'the first' });
  await sending;
  // A retry by a client that has not received the ack changes nothing.
  expect(await anna.sendMessage(id, 'teh first', tempId)).toMatchObject({ messageId, duplicate: true });
  expect((await pageOf(ben, `conversationId=${id}`)).messages).toMatchObject([{ id: messageId, content: 'the first' }]);
  await ben.client.waitForEvent('message:updated');
  expect(ben.receivedSeqs(id)).toEqual([1, 2, 3]);
});

it('“they took back what they had said, and I still found it after being away”', async () => {
  const id = await anna.createGroup(ben);
  const { messageId } = await anna.sendMessage(id, 'a secret');
  ben.client.close();
  for (const n of numbersUpTo(3)) await anna.sendMessage(id, `${n}`);
  await anna.run('message:delete', { conversationId: id, messageId });
  const reconnected = await ben.connectTo(cluster.east.url);
  for (const cursor of [0, 2, 4]) {
    const { events } = await reconnected.syncAll(id, cursor);
    expect(events.at(-1)).toMatchObject({ type: 'message:deleted', data: { id: messageId } });
    expect(JSON.stringify(events)).not.toContain('secret');
  }
});
