/** Authorisation in conversations beyond the matrix: direct ones, messages under the wrong conversation, ids in upper case. */
import { randomUUID } from 'node:crypto';
import { closeClients } from '../support/clients/client';
import { ConversationCluster } from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';

interface Scene {
  conversationId: string;
  /** A message of the admin. */
  messageId: string;
}
type Role = 'stranger' | 'former' | 'member' | 'admin';

let cluster: ConversationCluster;
let users: Record<Role, ConversationUser>;

beforeAll(async () => {
  cluster = await ConversationCluster.open();
  const [stranger, former, member, admin] = (await cluster.connectUsers(4)) as [
    ConversationUser,
    ConversationUser,
    ConversationUser,
    ConversationUser,
  ];
  users = { stranger, former, member, admin };
}, 60_000);
afterAll(async () => {
  closeClients();
  await cluster.close();
});

async function scene(): Promise<Scene> {
  const { admin, member, former } = users;
  const conversationId = await admin.createGroup(member, former);
  const { messageId } = await admin.sendMessage(conversationId, 'secret');
  await admin.run('conversation:remove', { conversationId, userId: former.id });
  return { conversationId, messageId };
}

describe('a direct conversation', () => {
  it('stays between its two members', async () => {
    const { admin, member, stranger } = users;
    const both = { kind: 'direct', participantIds: [member.id] };
    const { id } = await admin.run<{ id: string }>('conversation:create', both);
    const changes: [string, object][] = [
      ['conversation:add', { userIds: [stranger.id] }],
      ['conversation:remove', { userId: member.id }],
      ['conversation:role', { userId: admin.id, role: 'admin' }],
      ['conversation:rename', { title: 'Ours' }],
    ];
    for (const [name, change] of changes)
      expect([name, await admin.outcomeOf(name, { conversationId: id, ...change })]).toEqual([name, 'FORBIDDEN']);
    const { messageId } = await member.sendMessage(id, 'mine');
    expect(await admin.outcomeOf('message:delete', { conversationId: id, messageId })).toBe('FORBIDDEN');
  });

  it('requires exactly one other, existing user', async () => {
    const { admin, member, stranger } = users;
    const invalid = [[], [admin.id], [member.id, stranger.id]];
    for (const participantIds of invalid)
      expect(await admin.outcomeOf('conversation:create', { kind: 'direct', participantIds })).toBe('VALIDATION');
    const unknown = { kind: 'direct', participantIds: [randomUUID()] };
    expect(await admin.outcomeOf('conversation:create', unknown)).toBe('NOT_FOUND');
  });
});

it('a message is found in its own conversation only', async () => {
  const { admin } = users;
  const [first, second] = [await scene(), await scene()];
  const crossed = { conversationId: second.conversationId, messageId: first.messageId };
  expect(await admin.outcomeOf('message:update', { ...crossed, content: 'x' })).toBe('NOT_FOUND');
  expect(await admin.outcomeOf('message:delete', crossed)).toBe('NOT_FOUND');
  expect(await admin.outcomeOf('reaction:add', { ...crossed, emoji: '👍' })).toBe('NOT_FOUND');
  const read = { conversationId: second.conversationId, messageIds: [first.messageId] };
  expect(await admin.outcomeOf('message:read', read)).toBe('NOT_FOUND');
});

it('a refused conversation:join also sends an error event', async () => {
  const { conversationId } = await scene();
  for (const [user, code] of [
    [users.stranger, 'NOT_FOUND'],
    [users.former, 'NOT_PARTICIPANT'],
  ] as const) {
    await user.outcomeOf('conversation:join', { conversationId });
    const refused = await user.client.waitForEvent(
      'conversation:join:error',
      (error) => error.conversationId === conversationId,
    );
    expect(refused).toMatchObject({ code, message: expect.any(String) });
  }
});

it('ids are accepted in upper case', async () => {
  const { conversationId, messageId } = await scene();
  const upperCase = { conversationId: conversationId.toUpperCase(), messageId: messageId.toUpperCase() };
  await users.admin.run('message:update', { ...upperCase, content: 'LOUD' });
  expect(await users.member.client.waitForEvent('message:updated', ({ id }) => id === messageId)).toMatchObject({
    conversationId,
  });
  const { status } = await users.admin.request('GET', `/api/conversations/${upperCase.conversationId}`);
  expect(status).toBe(200);
});
