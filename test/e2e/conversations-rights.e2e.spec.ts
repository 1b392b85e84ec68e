/** Who may do what in conversations, beside the authorisation matrix: direct ones, messages under wrong conversations, ids in either case. */
import { randomUUID } from 'node:crypto';
import { closeClients } from '../support/client';
import {
  command,
  ConversationCluster,
  groupOf,
  outcome,
  request,
  send,
  type Talker,
} from '../support/conversation-cluster';

interface Scene {
  conversationId: string;
  /** Of the admin. */
  messageId: string;
}
type Who = 'stranger' | 'former' | 'member' | 'admin';

let cluster: ConversationCluster;
let people: Record<Who, Talker>;

beforeAll(async () => {
  cluster = await ConversationCluster.open();
  const [stranger, former, member, admin] = (await cluster.talkers(4)) as [Talker, Talker, Talker, Talker];
  people = { stranger, former, member, admin };
}, 60_000);
afterAll(async () => {
  closeClients();
  await cluster.close();
});

async function scene(): Promise<Scene> {
  const { admin, member, former } = people;
  const conversationId = await groupOf(admin, member, former);
  const { messageId } = await send(admin, conversationId, 'secret');
  await command(admin, 'conversation:remove', { conversationId, userId: former.id });
  return { conversationId, messageId };
}

describe('a direct conversation', () => {
  it('stays between two', async () => {
    const { admin, member, stranger } = people;
    const both = { kind: 'direct', participantIds: [member.id] };
    const { id } = await command<{ id: string }>(admin, 'conversation:create', both);
    const changes: [string, object][] = [
      ['conversation:add', { userIds: [stranger.id] }],
      ['conversation:remove', { userId: member.id }],
      ['conversation:role', { userId: admin.id, role: 'admin' }],
      ['conversation:rename', { title: 'Ours' }],
    ];
    for (const [name, change] of changes)
      expect([name, await outcome(admin, name, { conversationId: id, ...change })]).toEqual([name, 'FORBIDDEN']);
    const { messageId } = await send(member, id, 'mine');
    expect(await outcome(admin, 'message:delete', { conversationId: id, messageId })).toBe('FORBIDDEN');
  });

  it('is with one other user who exists', async () => {
    const { admin, member, stranger } = people;
    const wrong = [[], [admin.id], [member.id, stranger.id]];
    for (const participantIds of wrong)
      expect(await outcome(admin, 'conversation:create', { kind: 'direct', participantIds })).toBe('VALIDATION');
    const nobody = { kind: 'direct', participantIds: [randomUUID()] };
    expect(await outcome(admin, 'conversation:create', nobody)).toBe('NOT_FOUND');
  });
});

it('a message is found in its own conversation alone', async () => {
  const { admin } = people;
  const [one, other] = [await scene(), await scene()];
  const crossed = { conversationId: other.conversationId, messageId: one.messageId };
  expect(await outcome(admin, 'message:update', { ...crossed, content: 'x' })).toBe('NOT_FOUND');
  expect(await outcome(admin, 'message:delete', crossed)).toBe('NOT_FOUND');
  expect(await outcome(admin, 'reaction:add', { ...crossed, emoji: '👍' })).toBe('NOT_FOUND');
  const read = { conversationId: other.conversationId, messageIds: [one.messageId] };
  expect(await outcome(admin, 'message:read', read)).toBe('NOT_FOUND');
});

it('opening is refused by an event as well', async () => {
  const { conversationId } = await scene();
  for (const [who, code] of [
    [people.stranger, 'NOT_FOUND'],
    [people.former, 'NOT_PARTICIPANT'],
  ] as const) {
    await outcome(who, 'conversation:join', { conversationId });
    const refused = await who.client.event(
      'conversation:join:error',
      (error) => error.conversationId === conversationId,
    );
    expect(refused).toMatchObject({ code, message: expect.any(String) });
  }
});

it('ids are known in either case', async () => {
  const { conversationId, messageId } = await scene();
  const shouted = { conversationId: conversationId.toUpperCase(), messageId: messageId.toUpperCase() };
  await command(people.admin, 'message:update', { ...shouted, content: 'LOUD' });
  expect(await people.member.client.event('message:updated', ({ id }) => id === messageId)).toMatchObject({
    conversationId,
  });
  const { status } = await request(people.admin, 'GET', `/api/conversations/${shouted.conversationId}`);
  expect(status).toBe(200);
});
