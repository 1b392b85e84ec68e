/** Who may do what, on every command and route: for strangers nothing is there, who has gone is told so, members are no admins. */
import { randomUUID } from 'node:crypto';
import { conversationCommands, messageCommands } from '@aeturnis/contracts';
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
  reactionId: string;
  memberId: string;
}
type Who = 'stranger' | 'former' | 'member' | 'admin';
type Expected = Record<Who, string>;
type CommandName = (typeof conversationCommands)[number]['name'] | (typeof messageCommands)[number]['name'];

const REFUSED = { stranger: 'NOT_FOUND', former: 'NOT_PARTICIPANT' };
/** Every member may. */
const MEMBERS: Expected = { ...REFUSED, member: 'ok', admin: 'ok' };
/** Those who decide may. */
const ADMINS: Expected = { ...REFUSED, member: 'FORBIDDEN', admin: 'ok' };
/** The one whose message or reaction it is may: here, the admin. */
const OWNER = ADMINS;
/** Asks for no conversation in particular. */
const EVERYBODY: Expected = { stranger: 'ok', former: 'ok', member: 'ok', admin: 'ok' };

/** A command without a line does not compile. */
const COMMANDS: Record<CommandName, [payload: (scene: Scene) => object, expected: Expected]> = {
  'conversation:create': [() => ({ kind: 'group', participantIds: [] }), EVERYBODY],
  'conversation:sync': [({ conversationId }) => ({ cursors: { [conversationId]: 0 } }), EVERYBODY],
  'conversation:join': [here, MEMBERS],
  'conversation:leave': [here, MEMBERS],
  'presence:request': [here, MEMBERS],
  'conversation:mute': [(scene) => ({ ...here(scene), muted: true }), MEMBERS],
  'conversation:rename': [(scene) => ({ ...here(scene), title: 'Mine' }), ADMINS],
  'conversation:add': [(scene) => ({ ...here(scene), userIds: [scene.memberId] }), ADMINS],
  'conversation:role': [(scene) => ({ ...here(scene), userId: scene.memberId, role: 'member' }), ADMINS],
  'conversation:remove': [(scene) => ({ ...here(scene), userId: scene.memberId }), { ...ADMINS, member: 'ok' }],
  'conversation:quit': [here, MEMBERS],
  'message:send': [(scene) => ({ ...here(scene), content: 'hello' }), MEMBERS],
  'message:update': [(scene) => ({ ...message(scene), content: 'mine' }), OWNER],
  'message:delete': [message, OWNER],
  'message:read': [(scene) => ({ ...here(scene), messageIds: [scene.messageId] }), MEMBERS],
  'message:delivered': [(scene) => ({ ...here(scene), messageIds: [scene.messageId] }), MEMBERS],
  'reaction:add': [(scene) => ({ ...message(scene), emoji: '👍' }), MEMBERS],
  'reaction:remove': [(scene) => ({ ...message(scene), reactionId: scene.reactionId }), OWNER],
  'typing:start': [here, MEMBERS],
  'typing:stop': [here, MEMBERS],
};

type Route = [method: string, path: (scene: Scene) => string, expected: Expected, body?: (scene: Scene) => object];
const ROUTES: Route[] = [
  ['GET', conversation, MEMBERS],
  ['PATCH', conversation, ADMINS, () => ({ title: 'Mine' })],
  ['PUT', (scene) => `${conversation(scene)}/mute`, MEMBERS, () => ({ muted: true })],
  ['POST', (scene) => `${conversation(scene)}/members`, ADMINS, ({ memberId }) => ({ userIds: [memberId] })],
  ['PATCH', memberPath, ADMINS, () => ({ role: 'member' })],
  ['DELETE', memberPath, { ...ADMINS, member: 'ok' }],
  ['POST', () => '/api/messages', MEMBERS, (scene) => ({ ...here(scene), content: 'hello' })],
  ['GET', ({ conversationId }) => `/api/messages?conversationId=${conversationId}`, MEMBERS],
  ['PATCH', ({ messageId }) => `/api/messages/${messageId}`, OWNER, () => ({ content: 'mine' })],
  ['DELETE', ({ messageId }) => `/api/messages/${messageId}`, OWNER],
];

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
  const { reactionId } = await command<{ reactionId: string }>(admin, 'reaction:add', {
    conversationId,
    messageId,
    emoji: '🔒',
  });
  await command(admin, 'conversation:remove', { conversationId, userId: former.id });
  return { conversationId, messageId, reactionId, memberId: member.id };
}

const ORDER: Who[] = ['stranger', 'former', 'member', 'admin'];

describe.each(Object.entries(COMMANDS))('%s', (name, [payload, expected]) => {
  it.each(ORDER)(`by a %s`, async (who) => {
    const made = await scene();
    expect(await outcome(people[who], name, payload(made))).toBe(expected[who]);
  });

  it('of a conversation that is none, says the same as to a stranger', async () => {
    const nowhere = {
      conversationId: randomUUID(),
      messageId: randomUUID(),
      reactionId: randomUUID(),
      memberId: people.member.id,
    };
    const [none, strange] = await Promise.all([
      people.stranger.client.send(name, payload(nowhere)),
      people.stranger.client.send(name, payload(await scene())),
    ]);
    expect(none.error).toEqual(strange.error);
  });
});

describe.each(ROUTES.map((route) => [`${route[0]} ${route[1](placeholders())}`, route] as const))('%s', (_, route) => {
  const [method, path, expected, body] = route;

  it.each(ORDER)(`by a %s`, async (who) => {
    const made = await scene();
    const answer = await request(people[who], method, path(made), body?.(made));
    expect(answer.status < 300 ? 'ok' : answer.body.error?.code).toBe(expected[who]);
    if (expected[who] !== 'ok') expect(JSON.stringify(answer.body)).not.toContain('secret');
  });
});

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
      ['conversation:quit', {}],
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

function here({ conversationId }: Scene): object {
  return { conversationId };
}
function message({ conversationId, messageId }: Scene): object {
  return { conversationId, messageId };
}
function conversation({ conversationId }: Scene): string {
  return `/api/conversations/${conversationId}`;
}
function memberPath(scene: Scene): string {
  return `${conversation(scene)}/members/${scene.memberId}`;
}
function placeholders(): Scene {
  return { conversationId: ':id', messageId: ':id', reactionId: ':id', memberId: ':userId' };
}
