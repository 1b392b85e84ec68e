/** Catching up: thousands of missed entries, and nothing for those who have gone. */
import { randomUUID } from 'node:crypto';
import type { SyncPage } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { connect } from '../support/client';
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
let cleo: Talker;

onCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

const database = (): Database => cluster.west.app.get(Database);

describe('a client that missed 5,000 entries', () => {
  it('gets them in pages, and then has what the others have', async () => {
    const id = await groupOf(anna, ben);
    const { messageId } = await send(anna, id, 'an old one');
    ben.client.close();
    await database().db.execute(sql`
      insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
      select ${id}, n, 'message:new', gen_random_uuid(), ${anna.id}, now(), 'missed ' || n
      from generate_series(3, 5002) n`);
    await database().db.execute(sql`
      update conversation_heads set head = 5002, published = 5002 where conversation_id = ${id}`);
    await command(anna, 'message:update', { conversationId: id, messageId, content: 'changed' });
    await command(anna, 'message:delete', { conversationId: id, messageId });
    const back: Talker = { ...ben, client: await connect(cluster.east.url, ben.accessToken) };
    const first: SyncPage = await command(back, 'conversation:sync', { cursors: { [id]: 2 } });
    expect(first.conversations[id]).toMatchObject({ limited: true, head: 5004 });
    const { events, pages, head } = await catchUp(back, id, 2);
    expect(pages).toBeGreaterThan(5);
    expect(head).toBe(5004);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(5004).slice(2));
    expect(events.slice(-2)).toMatchObject([
      { type: 'message:updated', data: { id: messageId, content: '' } },
      { type: 'message:deleted', data: { id: messageId } },
    ]);
    const live = await send(anna, id, 'now');
    await back.client.event('message:new', ({ seq }) => seq === live.seq);
    expect(live.seq).toBe(5005);
    const { body } = await request(back, 'POST', '/api/sync', { cursors: { [id]: 5004 } });
    expect(body).toMatchObject({ conversations: { [id]: { events: [{ seq: 5005 }], head: 5005 } } });
  });

  it('is never sent more than fits, however long the messages are', async () => {
    const id = await groupOf(anna, ben);
    for (const n of upTo(40)) await send(anna, id, `${n} `.padEnd(10_000, 'x'));
    const page: SyncPage = await command(ben, 'conversation:sync', { cursors: { [id]: 0 } });
    expect(page.conversations[id]?.events.length).toBeLessThan(30);
    const { events } = await catchUp(ben, id, 0);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(41));
  });

  it('shares one answer among its conversations', async () => {
    const ids = await Promise.all(upTo(3).map(() => groupOf(anna, ben)));
    for (const id of ids) for (const n of upTo(25)) await send(anna, id, `${n} `.padEnd(10_000, 'x'));
    let cursors = Object.fromEntries(ids.map((id) => [id, 0]));
    const got = new Map(ids.map((id): [string, number[]] => [id, []]));
    for (let more = true; more;) {
      const { conversations }: SyncPage = await command(ben, 'conversation:sync', { cursors });
      for (const [id, { events }] of Object.entries(conversations)) got.get(id)?.push(...events.map(({ seq }) => seq));
      const limited = Object.entries(conversations).filter((entry) => entry[1].limited);
      cursors = Object.fromEntries(limited.map(([id, { next }]) => [id, next ?? 0]));
      more = limited.length > 0;
    }
    for (const id of ids) expect(got.get(id)).toEqual(upTo(26));
  });
});

describe('who has been taken out', () => {
  it('gets everything up to it and nothing after, live, in a sync, and after coming back from a short absence', async () => {
    const id = await groupOf(anna, ben, cleo);
    await send(anna, id, 'for all');
    await ben.client.event('message:new');
    await command(anna, 'conversation:remove', { conversationId: id, userId: ben.id });
    const secrets = upTo(5).map((n) => send(n % 2 ? anna : cleo, id, `secret ${n}`));
    await Promise.all(secrets);
    await cleo.client.event('message:new', ({ content }) => content === 'secret 5');
    await ben.client.event('conversation:member_removed');
    await ben.client.settled();
    expect(heard(ben, id)).toEqual([1, 2, 3]);
    const { events, head } = await catchUp(ben, id, 0);
    expect(events.map(({ type }) => type)).toEqual([
      'conversation:created',
      'message:new',
      'conversation:member_removed',
    ]);
    expect(head).toBe(3);
    const again = await connect(cluster.east.url, ben.accessToken);
    expect(again.all('system:sync')).toMatchObject([{ conversations: [] }]);
    const { messageId } = await send(anna, id, 'secret 6');
    await command(cleo, 'message:read', { conversationId: id, messageIds: [messageId] });
    await cleo.client.settled();
    await again.settled();
    expect(JSON.stringify([ben.client.received, again.received])).not.toContain('secret');
  });

  it('is in the room again, and sees what was said, once brought back', async () => {
    const id = await groupOf(anna, ben);
    await command(anna, 'conversation:remove', { conversationId: id, userId: ben.id });
    await command(anna, 'conversation:add', { conversationId: id, userIds: [ben.id] });
    const { seq } = await send(anna, id, 'welcome back');
    await ben.client.event('message:new', (message) => message.seq === seq);
    expect((await catchUp(ben, id, 1)).events).toHaveLength(3);
  });

  it('is taken out also where it connects at that very moment', async () => {
    for (const round of upTo(8)) {
      const id = await groupOf(anna, ben);
      const [device] = await Promise.all([
        connect(round % 2 ? cluster.east.url : cluster.west.url, ben.accessToken),
        command(anna, 'conversation:remove', { conversationId: id, userId: ben.id }),
      ]);
      await send(anna, id, 'secret');
      await anna.client.event('message:new', ({ conversationId }) => conversationId === id);
      await device.settled();
      expect(device.all('message:new')).toEqual([]);
      device.close();
    }
  });
});

it('conversations of others, and those that are none, are left out of a sync', async () => {
  const id = await groupOf(anna);
  const cursors = { [id]: 0, [randomUUID()]: 0 };
  expect(await command(ben, 'conversation:sync', { cursors })).toEqual({ conversations: {} });
  expect(await command(anna, 'conversation:sync', { cursors })).toMatchObject({ conversations: { [id]: { head: 1 } } });
});
