/** Synchronisation of conversations: thousands of missed entries, and none for removed members. */
import { randomUUID } from 'node:crypto';
import type { SyncPage } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { connect } from '../support/clients/client';
import { type ConversationCluster, useConversationCluster, numbersUpTo } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;
let cleo: ConversationUser;

useConversationCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

const database = (): Database => cluster.west.app.get(Database);

describe('a client that missed 5,000 entries', () => {
  it('gets them in pages, and ends up with the same log as the others', async () => {
    const id = await anna.createGroup(ben);
    const { messageId } = await anna.sendMessage(id, 'an old one');
    ben.client.close();
    await database().db.execute(sql`
      insert into conversation_log (conversation_id, seq, type, id, actor_id, at, content)
      select ${id}, n, 'message:new', gen_random_uuid(), ${anna.id}, now(), 'missed ' || n
      from generate_series(3, 5002) n`);
    await database().db.execute(sql`
      update conversation_heads set head = 5002, published = 5002 where conversation_id = ${id}`);
    await anna.run('message:update', { conversationId: id, messageId, content: 'changed' });
    await anna.run('message:delete', { conversationId: id, messageId });
    const reconnected = await ben.connectTo(cluster.east.url);
    const first: SyncPage = await reconnected.run('conversation:sync', { cursors: { [id]: 2 } });
    expect(first.conversations[id]).toMatchObject({ limited: true, head: 5004 });
    const { events, pages, head } = await reconnected.syncAll(id, 2);
    expect(pages).toBeGreaterThan(5);
    expect(head).toBe(5004);
    expect(events.map(({ seq }) => seq)).toEqual(numbersUpTo(5004).slice(2));
    expect(events.slice(-2)).toMatchObject([
      { type: 'message:updated', data: { id: messageId, content: '' } },
      { type: 'message:deleted', data: { id: messageId } },
    ]);
    const live = await anna.sendMessage(id, 'now');
    await reconnected.client.waitForEvent('message:new', ({ seq }) => seq === live.seq);
    expect(live.seq).toBe(5005);
    const { body } = await reconnected.request('POST', '/api/sync', { cursors: { [id]: 5004 } });
    expect(body).toMatchObject({ conversations: { [id]: { events: [{ seq: 5005 }], head: 5005 } } });
  });

  it('gets pages of bounded size, however long the messages are', async () => {
    const id = await anna.createGroup(ben);
    for (const n of numbersUpTo(40)) await anna.sendMessage(id, `${n} `.padEnd(10_000, 'x'));
    const page: SyncPage = await ben.run('conversation:sync', { cursors: { [id]: 0 } });
    expect(page.conversations[id]?.events.length).toBeLessThan(30);
    const { events } = await ben.syncAll(id, 0);
    expect(events.map(({ seq }) => seq)).toEqual(numbersUpTo(41));
  });

  it('shares the bound of a page among its conversations', async () => {
    const ids = await Promise.all(numbersUpTo(3).map(() => anna.createGroup(ben)));
    for (const id of ids) for (const n of numbersUpTo(25)) await anna.sendMessage(id, `${n} `.padEnd(10_000, 'x'));
    let cursors = Object.fromEntries(ids.map((id) => [id, 0]));
    const seqs = new Map(ids.map((id): [string, number[]] => [id, []]));
    for (let isLimited = true; isLimited;) {
      const { conversations }: SyncPage = await ben.run('conversation:sync', { cursors });
      for (const [id, { events }] of Object.entries(conversations)) seqs.get(id)?.push(...events.map(({ seq }) => seq));
      const limited = Object.entries(conversations).filter((entry) => entry[1].limited);
      cursors = Object.fromEntries(limited.map(([id, { next }]) => [id, next ?? 0]));
      isLimited = limited.length > 0;
    }
    for (const id of ids) expect(seqs.get(id)).toEqual(numbersUpTo(26));
  });
});

describe('a removed member', () => {
  it('gets everything up to the removal and nothing after it, live, in a sync, and after a reconnect', async () => {
    const id = await anna.createGroup(ben, cleo);
    await anna.sendMessage(id, 'for all');
    await ben.client.waitForEvent('message:new');
    await anna.run('conversation:remove', { conversationId: id, userId: ben.id });
    const secrets = numbersUpTo(5).map((n) => (n % 2 ? anna : cleo).sendMessage(id, `secret ${n}`));
    await Promise.all(secrets);
    await cleo.client.waitForEvent('message:new', ({ content }) => content === 'secret 5');
    await ben.client.waitForEvent('conversation:member_removed');
    await ben.client.roundTrip();
    expect(ben.receivedSeqs(id)).toEqual([1, 2, 3]);
    const { events, head } = await ben.syncAll(id, 0);
    expect(events.map(({ type }) => type)).toEqual([
      'conversation:created',
      'message:new',
      'conversation:member_removed',
    ]);
    expect(head).toBe(3);
    const reconnected = await connect(cluster.east.url, ben.accessToken);
    expect(reconnected.eventsNamed('system:sync')).toMatchObject([{ conversations: [] }]);
    const { messageId } = await anna.sendMessage(id, 'secret 6');
    await cleo.run('message:read', { conversationId: id, messageIds: [messageId] });
    await cleo.client.roundTrip();
    await reconnected.roundTrip();
    expect(JSON.stringify([ben.client.received, reconnected.received])).not.toContain('secret');
  });

  it('is in the room again, and gets the missed entries, once added again', async () => {
    const id = await anna.createGroup(ben);
    await anna.run('conversation:remove', { conversationId: id, userId: ben.id });
    await anna.run('conversation:add', { conversationId: id, userIds: [ben.id] });
    const { seq } = await anna.sendMessage(id, 'welcome back');
    await ben.client.waitForEvent('message:new', (message) => message.seq === seq);
    expect((await ben.syncAll(id, 1)).events).toHaveLength(3);
  });

  it('gets nothing on a connection that opens at the time of the removal', async () => {
    for (const round of numbersUpTo(8)) {
      const id = await anna.createGroup(ben);
      const [device] = await Promise.all([
        connect(round % 2 ? cluster.east.url : cluster.west.url, ben.accessToken),
        anna.run('conversation:remove', { conversationId: id, userId: ben.id }),
      ]);
      await anna.sendMessage(id, 'secret');
      await anna.client.waitForEvent('message:new', ({ conversationId }) => conversationId === id);
      await device.roundTrip();
      expect(device.eventsNamed('message:new')).toEqual([]);
      device.close();
    }
  });
});

it('a sync leaves out conversations of other users and unknown ones', async () => {
  const id = await anna.createGroup();
  const cursors = { [id]: 0, [randomUUID()]: 0 };
  expect(await ben.run('conversation:sync', { cursors })).toEqual({ conversations: {} });
  expect(await anna.run('conversation:sync', { cursors })).toMatchObject({ conversations: { [id]: { head: 1 } } });
});
