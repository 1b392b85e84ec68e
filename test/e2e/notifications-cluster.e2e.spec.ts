/** Notifications over two nodes: offline users find them, devices agree, and a crash of a node loses or repeats none. */
import { NotificationService } from '../../apps/server/src/notifications';
import { closeClients, connect, type TestClient, waitUntil } from '../support/clients/client';
import { type ConversationCluster, useConversationCluster } from '../support/domains/conversation-cluster';
import { ConversationUser } from '../support/domains/conversation-user';
import { CrashPointNode } from '../support/servers/crash-point-node';
import { Gate } from '../support/faults/gate';
import { disconnectUsers, listNotifications, waitForNotification } from '../support/domains/notifications';

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;
let cleo: ConversationUser;

useConversationCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

const notify = (node: 'west' | 'east', userId: string, title: string): Promise<void> =>
  cluster[node].app.get(NotificationService).send(userId, { kind: 'quest', title });
const titlesOf = (client: TestClient): string[] => client.eventsNamed('notification:new').map(({ title }) => title);

it('a notification reaches all devices of a user on both nodes, and reading it on one marks it read on all', async () => {
  const devices = await Promise.all([cluster.west, cluster.east].map(({ url }) => connect(url, anna.accessToken)));
  const [laptop, phone] = devices as [TestClient, TestClient];
  await Promise.all(devices.map((device) => device.send('subscribe:notifications')));
  await notify('east', anna.id, 'A quest');
  const { id } = await laptop.waitForEvent('notification:new');
  expect((await phone.waitForEvent('notification:new')).id).toBe(id);
  await laptop.send('notification:read', { notificationId: id });
  expect(await phone.waitForEvent('notification:seen')).toEqual({ ids: [id], unread: 0 });
  expect((await listNotifications(anna))[0]?.readAt).toBeDefined();
});

it('a notification is replayed to a resumed connection, which is still subscribed', async () => {
  const gate = await Gate.openInFrontOf(cluster.west.url);
  const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 };
  const phone = await connect(gate.url, anna.accessToken, options);
  await phone.send('subscribe:notifications');
  await notify('east', anna.id, 'before');
  await phone.waitForEvent('notification:new');
  await gate.close();
  await waitUntil(() => !phone.socket.connected, 'the client notices the disconnect');
  await notify('east', anna.id, 'missed');
  const [before] = (await listNotifications(anna)).filter(({ title }) => title === 'before');
  await anna.request('POST', `/api/notifications/${before?.id}/read`);
  gate.redirectTo(cluster.east.url);
  await gate.open();
  await waitUntil(() => titlesOf(phone).includes('missed'), 'the missed notification is replayed');
  expect(phone.socket.recovered).toBe(true);
  expect(await phone.waitForEvent('notification:seen')).toEqual({ ids: [before?.id], unread: 1 });
  await notify('west', anna.id, 'live');
  await phone.waitForEvent('notification:new', ({ title }) => title === 'live');
  expect(titlesOf(phone)).toEqual(['before', 'missed', 'live']);
  phone.close();
  await gate.close();
});

describe('a conversation', () => {
  it('gives each offline member one notification with the number of new messages, and none to the others', async () => {
    const id = await anna.createGroup(ben, cleo);
    await anna.run('conversation:rename', { conversationId: id, title: 'Raid' });
    await disconnectUsers(anna, ben);
    for (const [by, n] of [
      [anna, 1],
      [cleo, 2],
      [anna, 3],
    ] as const)
      await by.sendMessage(id, `message ${n}`);
    const notification = await waitForNotification(ben, id, 3);
    const data = { conversationId: id, seq: 5, senderId: anna.id };
    expect(notification).toMatchObject({ kind: 'conversation', title: 'Messages in Raid', count: 3, data });
    expect(JSON.stringify(notification)).not.toContain('message 3');
    expect([await listNotifications(anna), await listNotifications(cleo)]).toEqual([[], []]);
    const reconnected = await connect(cluster.east.url, ben.accessToken);
    const [sync] = reconnected.eventsNamed('system:sync');
    expect(sync?.['notifications']).toEqual([notification]);
  });

  it('updates its notification under the same id, and marks it read with the conversation', async () => {
    const { id } = await anna.run<{ id: string }>('conversation:create', { kind: 'direct', participantIds: [ben.id] });
    await disconnectUsers(anna, ben);
    await anna.sendMessage(id, 'one');
    const first = await waitForNotification(ben, id, 1);
    expect(first.title).toBe(`Messages from ${anna.name}`);
    const { messageId } = await anna.sendMessage(id, 'two');
    expect((await waitForNotification(ben, id, 2)).id).toBe(first.id);
    const reconnected = await ben.connectTo(cluster.east.url);
    await reconnected.client.send('subscribe:notifications');
    await reconnected.run('message:read', { conversationId: id, messageIds: [messageId] });
    expect(await reconnected.client.waitForEvent('notification:seen')).toEqual({ ids: [first.id], unread: 0 });
  });

  it('does not notify members that have muted it or were removed', async () => {
    const id = await anna.createGroup(ben, cleo);
    const other = await anna.createGroup(ben, cleo);
    await cleo.run('conversation:mute', { conversationId: id, muted: true });
    await disconnectUsers(anna, ben, cleo);
    await anna.sendMessage(id, 'one');
    await waitForNotification(ben, id, 1);
    await anna.run('conversation:remove', { conversationId: id, userId: ben.id });
    await waitUntil(
      async () => (await listNotifications(ben)).every(({ readAt }) => readAt !== undefined),
      'notifications of the unreadable conversation are read',
    );
    await anna.sendMessage(id, 'two');
    // Messages are processed in order: when the third has been notified, the second would have been too.
    await anna.sendMessage(other, 'three');
    await Promise.all([waitForNotification(ben, other, 1), waitForNotification(cleo, other, 1)]);
    expect((await listNotifications(cleo)).map(({ data }) => data?.['conversationId'])).toEqual([other]);
    expect((await listNotifications(ben)).filter(({ readAt }) => readAt === undefined)).toHaveLength(1);
  });
});

describe('a node that is killed', () => {
  let doomed: CrashPointNode;
  let victim: ConversationUser;
  beforeEach(async () => {
    doomed = await CrashPointNode.start({ ...cluster.environment, NODE_ID: 'doomed' });
    victim = await ConversationUser.connect(doomed.url);
  }, 60_000);
  afterEach(async () => {
    closeClients();
    await doomed.end();
  });

  it('has its users notified of what they did not get, once its lease has ended', async () => {
    const id = await anna.createGroup(victim);
    const { messageId } = await anna.sendMessage(id, 'is read');
    await victim.client.waitForEvent('message:new', (message) => message.id === messageId);
    await victim.run('message:read', { conversationId: id, messageIds: [messageId] });
    doomed.kill('SIGKILL');
    await doomed.exited;
    await anna.sendMessage(id, 'is anybody there?');
    expect(await waitForNotification(victim.requestingFrom(cluster.west.url), id, 1, 60_000)).toMatchObject({
      count: 1,
      data: { seq: 3 },
    });
  }, 90_000);

  it.each(['after the commit', 'before notifying', 'after notifying'] as const)(
    '%s: another node notifies the offline users, and each message counts once',
    async (crashPoint) => {
      const id = await victim.createGroup(anna, ben);
      await disconnectUsers(anna, ben);
      await doomed.crashAt(crashPoint);
      victim.client.socket.emit('message:send', { conversationId: id, content: 'last words' });
      await doomed.exited;
      await anna.client.waitForEvent('message:new', ({ content }) => content === 'last words');
      for (const content of ['one', 'two']) await anna.sendMessage(id, content);
      await waitForNotification(ben, id, 3);
      // A message that is counted twice would be visible by now.
      await anna.sendMessage(id, 'three');
      expect(await waitForNotification(ben, id, 4)).toMatchObject({ count: 4, data: { seq: 5 } });
    },
  );
});
