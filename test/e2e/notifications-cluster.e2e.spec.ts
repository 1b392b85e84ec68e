/** Notifications over two nodes: those who are away find them, all devices agree, nothing is lost with a node or counted twice. */
import { NotificationService } from '../../apps/server/src/notifications';
import { closeClients, connect, type TestClient, until } from '../support/client';
import { command, ConversationCluster, groupOf, request, send, type Talker } from '../support/conversation-cluster';
import { DoomedNode } from '../support/doomed-node';
import { Gate } from '../support/gate';
import { leave, listed, notified } from '../support/notified';

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;
let cleo: Talker;

beforeAll(async () => {
  cluster = await ConversationCluster.open();
}, 60_000);
beforeEach(async () => {
  [anna, ben, cleo] = (await cluster.talkers(3)) as [Talker, Talker, Talker];
});
afterEach(closeClients);
afterAll(() => cluster.close());

const notify = (node: 'west' | 'east', userId: string, title: string): Promise<void> =>
  cluster[node].app.get(NotificationService).send(userId, { kind: 'quest', title });
const titlesOf = (client: TestClient): string[] => client.all('notification:new').map(({ title }) => title);

it('is told to all devices of a user, whichever node they are on, and read on one is read on all', async () => {
  const devices = await Promise.all([cluster.west, cluster.east].map(({ url }) => connect(url, anna.accessToken)));
  const [laptop, phone] = devices as [TestClient, TestClient];
  await Promise.all(devices.map((device) => device.send('subscribe:notifications')));
  await notify('east', anna.id, 'A quest');
  const { id } = await laptop.event('notification:new');
  expect((await phone.event('notification:new')).id).toBe(id);
  await laptop.send('notification:read', { notificationId: id });
  expect(await phone.event('notification:seen')).toEqual({ ids: [id], unread: 0 });
  expect((await listed(anna))[0]?.readAt).toBeDefined();
});

it('reaches a connection that was away for a moment, which still follows', async () => {
  const gate = await Gate.before(cluster.west.url);
  await gate.open();
  const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 };
  const phone = await connect(gate.url, anna.accessToken, options);
  await phone.send('subscribe:notifications');
  await notify('east', anna.id, 'before');
  await phone.event('notification:new');
  await gate.shut();
  await until(() => !phone.socket.connected, 'it has noticed');
  await notify('east', anna.id, 'missed');
  const [before] = (await listed(anna)).filter(({ title }) => title === 'before');
  await request(anna, 'POST', `/api/notifications/${before?.id}/read`);
  gate.lead(cluster.east.url);
  await gate.open();
  await until(() => titlesOf(phone).includes('missed'), 'what it missed');
  expect(phone.socket.recovered).toBe(true);
  expect(await phone.event('notification:seen')).toEqual({ ids: [before?.id], unread: 1 });
  await notify('west', anna.id, 'live');
  await phone.event('notification:new', ({ title }) => title === 'live');
  expect(titlesOf(phone)).toEqual(['before', 'missed', 'live']);
  phone.close();
  await gate.shut();
});

describe('a conversation', () => {
  it('gives those who are away one notification, with the number of new messages, and nothing to the others', async () => {
    const id = await groupOf(anna, ben, cleo);
    await command(anna, 'conversation:rename', { conversationId: id, title: 'Raid' });
    await leave(anna, ben);
    for (const [by, n] of [
      [anna, 1],
      [cleo, 2],
      [anna, 3],
    ] as const)
      await send(by, id, `message ${n}`);
    const found = await notified(ben, id, 3);
    const data = { conversationId: id, seq: 5, senderId: anna.id };
    expect(found).toMatchObject({ kind: 'conversation', title: 'Messages in Raid', count: 3, data });
    expect(JSON.stringify(found)).not.toContain('message 3');
    expect([await listed(anna), await listed(cleo)]).toEqual([[], []]);
    const back = await connect(cluster.east.url, ben.accessToken);
    const [sync] = back.all('system:sync');
    expect(sync?.['notifications']).toEqual([found]);
  });

  it('is renewed under its id, and read when the conversation is', async () => {
    const { id } = await command<{ id: string }>(anna, 'conversation:create', {
      kind: 'direct',
      participantIds: [ben.id],
    });
    await leave(anna, ben);
    await send(anna, id, 'one');
    const first = await notified(ben, id, 1);
    expect(first.title).toBe(`Messages from ${anna.name}`);
    const { messageId } = await send(anna, id, 'two');
    expect((await notified(ben, id, 2)).id).toBe(first.id);
    const back: Talker = { ...ben, client: await connect(cluster.east.url, ben.accessToken) };
    await back.client.send('subscribe:notifications');
    await command(back, 'message:read', { conversationId: id, messageIds: [messageId] });
    expect(await back.client.event('notification:seen')).toEqual({ ids: [first.id], unread: 0 });
  });

  it('notifies nobody who muted it or has gone', async () => {
    const id = await groupOf(anna, ben, cleo);
    const other = await groupOf(anna, ben, cleo);
    await command(cleo, 'conversation:mute', { conversationId: id, muted: true });
    await leave(anna, ben, cleo);
    await send(anna, id, 'one');
    await notified(ben, id, 1);
    await command(anna, 'conversation:remove', { conversationId: id, userId: ben.id });
    await until(
      async () => (await listed(ben)).every(({ readAt }) => readAt !== undefined),
      'what he cannot read is read',
    );
    await send(anna, id, 'two');
    // What was said later elsewhere is notified: so what was said here would have been.
    await send(anna, other, 'three');
    await Promise.all([notified(ben, other, 1), notified(cleo, other, 1)]);
    expect((await listed(cleo)).map(({ data }) => data?.['conversationId'])).toEqual([other]);
    expect((await listed(ben)).filter(({ readAt }) => readAt === undefined)).toHaveLength(1);
  });
});

describe('a node that is killed', () => {
  let doomed: DoomedNode;
  let victim: Talker;
  beforeEach(async () => {
    doomed = await DoomedNode.start({ ...cluster.environment, NODE_ID: 'doomed' });
    victim = await cluster.talker(doomed.url);
  }, 60_000);
  afterEach(async () => {
    closeClients();
    await doomed.end();
  });

  it('has its users notified of what they did not get, once its lease has ended', async () => {
    const id = await groupOf(anna, victim);
    const { messageId } = await send(anna, id, 'is read');
    await victim.client.event('message:new', (message) => message.id === messageId);
    await command(victim, 'message:read', { conversationId: id, messageIds: [messageId] });
    doomed.kill('SIGKILL');
    await doomed.exited;
    await send(anna, id, 'is anybody there?');
    expect(await notified({ ...victim, url: cluster.west.url }, id, 1, 60_000)).toMatchObject({
      count: 1,
      data: { seq: 3 },
    });
  }, 90_000);

  it.each(['after the commit', 'before notifying', 'after notifying'] as const)(
    '%s: who is away is notified by another, and each message counts once',
    async (where) => {
      const id = await groupOf(victim, anna, ben);
      await leave(anna, ben);
      await doomed.doom(where);
      victim.client.socket.emit('message:send', { conversationId: id, content: 'last words' });
      await doomed.exited;
      await anna.client.event('message:new', ({ content }) => content === 'last words');
      for (const content of ['one', 'two']) await send(anna, id, content);
      await notified(ben, id, 3);
      // What would be counted twice is counted by now.
      await send(anna, id, 'three');
      expect(await notified(ben, id, 4)).toMatchObject({ count: 4, data: { seq: 5 } });
    },
  );
});
