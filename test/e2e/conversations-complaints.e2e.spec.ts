/** What users of other messengers have complained about, and what they see here instead. */
import { randomUUID } from 'node:crypto';
import type { ConversationSummary, MessagePage, SyncPage } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { connect, until } from '../support/client';
import {
  catchUp,
  command,
  type ConversationCluster,
  groupOf,
  heard,
  onCluster,
  request,
  send,
  type Talker,
  upTo,
} from '../support/conversation-cluster';

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;

onCluster((scene) => ({ cluster, anna, ben } = scene));

const headOf = ({ client }: Talker, id: string): number => {
  const [sync] = client.all('system:sync') as { conversations?: ConversationSummary[] }[];
  return sync?.conversations?.find((conversation) => conversation.id === id)?.head ?? 0;
};
const pageOf = async (by: Talker, query: string): Promise<MessagePage> =>
  (await request(by, 'GET', `/api/messages?${query}`)).body as unknown as MessagePage;

it('“what they wrote while the app was opening never showed up”', async () => {
  for (const round of upTo(5)) {
    const id = await groupOf(anna, ben);
    const app = { open: false };
    const writing = (async () => {
      let last = 1;
      for (let after = 0; after < 3; after += app.open ? 1 : 0) last = (await send(anna, id, 'still writing')).seq;
      return last;
    })();
    const client = await connect(round % 2 ? cluster.east.url : cluster.west.url, ben.accessToken);
    const phone: Talker = { ...ben, client };
    // It is in the room before it asks: what it does not get in the answer, it gets live.
    const synced = (await catchUp(phone, id, 0)).events.map(({ seq }) => seq);
    app.open = true;
    const last = await writing;
    await until(() => heard(phone, id).includes(last), 'the last message');
    const known = new Set([...synced, ...heard(phone, id)]);
    expect([...known].sort((a, b) => a - b)).toEqual(upTo(last));
    client.close();
  }
});

it('“the last message only showed up when somebody wrote the next one”', async () => {
  const id = await groupOf(anna, ben);
  ben.client.close();
  const { seq } = await send(anna, id, 'are you there?');
  const back: Talker = { ...ben, client: await connect(ben.url, ben.accessToken) };
  // Nothing comes after it that could show a gap: the head does.
  expect(headOf(back, id)).toBe(seq);
  expect((await catchUp(back, id, 1)).events).toMatchObject([{ seq, data: { content: 'are you there?' } }]);
});

it('“it crashed while it was loading, and since then messages are missing”', async () => {
  const id = await groupOf(anna, ben);
  for (const n of upTo(40)) await send(anna, id, `${n} `.padEnd(10_000, 'x'));
  const cursors = { [id]: 1 };
  const lost: SyncPage = await command(ben, 'conversation:sync', { cursors });
  expect(lost.conversations[id]?.limited).toBe(true);
  // What was sent and not applied is sent again: the server keeps no cursor of its own.
  expect(await command(ben, 'conversation:sync', { cursors })).toEqual(lost);
  expect((await catchUp(ben, id, 1)).events.map(({ seq }) => seq)).toEqual(upTo(41).slice(1));
});

it('“I was away for weeks, and the conversation would not load any more”', async () => {
  const id = await groupOf(anna, ben);
  await cluster.west.app.get(Database).db.execute(sql`
    with more as (insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
      select ${id}, n, 'message:new', gen_random_uuid(), ${anna.id}, now(), 'missed' from generate_series(2, 3000) n)
    update conversation_heads set head = 3000, published = 3000 where conversation_id = ${id}`);
  const { events, pages, head } = await catchUp(ben, id, 1);
  expect([events.length, head]).toEqual([2999, 3000]);
  expect(pages).toBeGreaterThan(1);
});

it('“my message is there twice: once from the ack and once from the others’ view”', async () => {
  const id = await groupOf(anna, ben);
  // Whichever comes first, both name the message alike, by its id and by what the sender called it.
  const names = upTo(20).map(() => randomUUID());
  const acks = await Promise.all(names.map((tempId) => send(anna, id, 'hello', tempId)));
  await until(() => anna.client.all('message:new').length === 20, 'all echoes');
  const echoes = anna.client.all('message:new').map((echo) => [echo.tempId, echo.id, echo.seq]);
  const acked = acks.map(({ messageId, seq }, index) => [names[index], messageId, seq]);
  expect(new Set(echoes.map(String))).toEqual(new Set(acked.map(String)));
});

it('“the train went into a tunnel, I pressed send again, and they got it twice”', async () => {
  const id = await groupOf(anna, ben);
  const tempId = randomUUID();
  anna.client.socket.emit('message:send', { conversationId: id, content: 'on my way', tempId });
  await ben.client.event('message:new');
  anna.client.close();
  const again: Talker = { ...anna, client: await connect(cluster.east.url, anna.accessToken) };
  expect(await send(again, id, 'on my way', tempId)).toMatchObject({ seq: 2, duplicate: true });
  await send(again, id, 'there');
  await ben.client.event('message:new', ({ content }) => content === 'there');
  expect(ben.client.all('message:new').map(({ content }) => content)).toEqual(['on my way', 'there']);
});

it('“messages of the same moment change places, and one is missing when I scroll up”', async () => {
  const id = await groupOf(anna, ben);
  const said = await Promise.all(upTo(30).map((n) => send(n % 2 ? anna : ben, id, `${n}`)));
  await cluster.west.app.get(Database).db.execute(sql`
    update conversation_log set at = date_trunc('second', now()) where conversation_id = ${id}`);
  const order = said.toSorted((a, b) => a.seq - b.seq).map(({ messageId }) => messageId);
  const seen: string[] = [];
  for (let before: number | undefined = 100; before !== undefined;) {
    const page: MessagePage = await pageOf(ben, `conversationId=${id}&before=${before}&limit=7`);
    seen.unshift(...page.messages.toReversed().map((message) => ('id' in message ? message.id : 'hidden')));
    before = page.next;
  }
  expect(seen).toEqual(order);
  expect(ben.client.all('message:new').map((message) => message.id)).toEqual(order);
});

it('“I corrected it at once, and the old words came back”', async () => {
  const id = await groupOf(anna, ben);
  const tempId = randomUUID();
  const sending = send(anna, id, 'teh first', tempId);
  // The echo is enough to correct it by, before the ack is there.
  const { id: messageId } = await anna.client.event('message:new');
  await command(anna, 'message:update', { conversationId: id, messageId, content: 'the first' });
  await sending;
  // A retry of a client that has not seen the ack changes nothing.
  expect(await send(anna, id, 'teh first', tempId)).toMatchObject({ messageId, duplicate: true });
  expect((await pageOf(ben, `conversationId=${id}`)).messages).toMatchObject([{ id: messageId, content: 'the first' }]);
  await ben.client.event('message:updated');
  expect(heard(ben, id)).toEqual([1, 2, 3]);
});

it('“they took back what they had said, and I still found it after being away”', async () => {
  const id = await groupOf(anna, ben);
  const { messageId } = await send(anna, id, 'a secret');
  ben.client.close();
  for (const n of upTo(3)) await send(anna, id, `${n}`);
  await command(anna, 'message:delete', { conversationId: id, messageId });
  const back: Talker = { ...ben, client: await connect(cluster.east.url, ben.accessToken) };
  for (const cursor of [0, 2, 4]) {
    const { events } = await catchUp(back, id, cursor);
    expect(events.at(-1)).toMatchObject({ type: 'message:deleted', data: { id: messageId } });
    expect(JSON.stringify(events)).not.toContain('secret');
  }
});
