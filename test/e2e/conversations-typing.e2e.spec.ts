/** Typing and open conversations: which members see them, and when they end. */
import { useConversationCluster } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';

let anna: ConversationUser;
let ben: ConversationUser;

useConversationCluster((scene) => ({ anna, ben } = scene));

it('typing is sent to the other members, and ends with the message, a stop, or the connection', async () => {
  const id = await anna.createGroup(ben);
  await anna.run('typing:start', { conversationId: id });
  expect(await ben.client.waitForEvent('typing:user:start')).toMatchObject({
    userId: anna.id,
    user: { name: anna.name },
  });
  for (const end of [
    () => anna.sendMessage(id, 'done'),
    () => anna.run('typing:stop', { conversationId: id }),
    async () => anna.client.close(),
  ]) {
    await anna.run('typing:start', { conversationId: id });
    await end();
    await ben.client.waitForEvent('typing:user:stop');
    ben.client.clearReceived();
  }
});

it('an opened conversation is announced to the other members until the last device has closed it', async () => {
  const id = await anna.createGroup(ben);
  const conversation = { conversationId: id };
  expect(await ben.run('conversation:join', conversation)).toEqual({ ...conversation, participantCount: 2 });
  expect(await ben.client.waitForEvent('conversation:joined')).toEqual({ ...conversation, participantCount: 2 });
  expect(await anna.client.waitForEvent('user:online')).toMatchObject({
    ...conversation,
    userId: ben.id,
    user: { name: ben.name },
  });
  const online = await anna.run('presence:request', conversation);
  expect(online).toMatchObject({ onlineUsers: [{ id: ben.id, name: ben.name }] });
  expect(await anna.client.waitForEvent('presence:response')).toMatchObject({ onlineUsers: [{ id: ben.id }] });
  await ben.run('conversation:leave', conversation);
  await ben.client.waitForEvent('conversation:left');
  expect(await anna.client.waitForEvent('user:offline')).toMatchObject({
    userId: ben.id,
    lastSeenAt: expect.any(String),
  });
  anna.client.clearReceived();
  await ben.run('conversation:join', conversation);
  ben.client.close();
  await anna.client.waitForEvent('user:offline', ({ userId }) => userId === ben.id);
  expect(await anna.run('presence:request', conversation)).toMatchObject({ onlineUsers: [] });
});

it('an invisible user is not announced', async () => {
  const id = await anna.createGroup(ben);
  await ben.run('presence:update', { status: 'invisible' });
  await ben.run('conversation:join', { conversationId: id });
  expect(await anna.run('presence:request', { conversationId: id })).toMatchObject({ onlineUsers: [] });
  await ben.run('conversation:leave', { conversationId: id });
  await ben.sendMessage(id, 'a sign');
  await anna.client.waitForEvent('message:new');
  expect([...anna.client.eventsNamed('user:online'), ...anna.client.eventsNamed('user:offline')]).toEqual([]);
});
