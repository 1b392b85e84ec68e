/** Bounds: conversations as such, and who is in them. */
import { MAX_MEMBERS } from '@aeturnis/contracts';
import { MAX_CURSORS } from '../../../../libs/contracts/src/sync-cursors';
import { until } from '../../../support/client';
import { beyond, command, route } from '../bound';
import { wide } from '../texts';
import type { World } from '../world';

const TITLE = 100;
const CHUNK = 100;
const NOBODY = { kind: 'group', participantIds: [] };
const MEMBERS = 'MAX_MEMBERS: 1,000 of a conversation';
const ENTRY = 'one entry of the log, for good';
const TO = 'the members';
const CHANGED = { answerBytes: 100, leaves: ENTRY, bounded: MEMBERS };
/** A member of a group with all that a client is told of it. */
const VIEW_OF_1000 = 182_000;

const here = ({ group }: World) => ({ conversationId: group });
const outsiders = ({ users }: World, count: number) => users.slice(-count);
const newGroup = (count: number) => (world: World) => ({
  kind: 'group',
  participantIds: world.users.slice(0, count),
  title: wide(TITLE),
});
const tooMany = beyond('101 users', 'VALIDATION', newGroup(101));
const tooManyAdded = beyond('101 users', 'VALIDATION', async (world: World) => ({
  ...here(world),
  userIds: world.users.slice(0, 101),
}));
const full = beyond('one more than 1,000 members', 'CONFLICT', (world: World) => ({
  ...here(world),
  userIds: outsiders(world, 1),
}));
const longTitle = beyond('a title of 101 characters', 'VALIDATION', (world: World) => ({
  ...here(world),
  title: wide(TITLE + 1),
}));

/** All members have it open. By chunks, for the others are told of each. */
const open = async (world: World): Promise<void> => {
  const members = world.users.slice(0, MAX_MEMBERS - 3);
  const { client } = world.witness;
  for (let first = 0; first < members.length; first += CHUNK) {
    client.forget();
    const some = members.slice(first, first + CHUNK);
    await world.node.viewing(world.group, some);
    await until(() => client.all('user:online').length >= some.length, 'all are told of', 60_000);
  }
  world.isViewed = true;
};

const viewing = (
  name: string,
  [reply, told]: ['conversation:joined', 'user:online'] | ['conversation:left', 'user:offline'],
  leaves: string,
) =>
  command(name, {
    request: 'a conversation of 1,000 members',
    requestBytes: 60,
    rows: 5,
    answerBytes: 110,
    causes: [
      { event: reply, bytes: 110, to: 'the caller', seen: 1 },
      { event: told, bytes: 280, to: TO, seen: 1 },
    ],
    leaves,
    bounded: 'one conversation; a connection opens those that it is in',
    fill: here,
  });

export const conversations = [
  command('conversation:create', {
    request: 'a group of 100 others with a title of 100 characters',
    requestBytes: 4_500,
    rows: 830,
    answerBytes: 19_000,
    causes: [{ event: 'conversation:created', bytes: 16_000, to: TO, seen: 1 }],
    leaves: 'a conversation, an entry of its log and 101 memberships',
    bounded: 'ConversationCreateDto: 100 others',
    fill: newGroup(100),
    beyond: [tooMany, beyond('a title of 101 characters', 'VALIDATION', () => ({ ...NOBODY, title: wide(101) }))],
  }),
  viewing('conversation:join', ['conversation:joined', 'user:online'], 'one room of the connection'),
  viewing('conversation:leave', ['conversation:left', 'user:offline'], 'nothing'),
  command('presence:request', {
    request: 'a conversation that 1,000 users have open',
    requestBytes: 60,
    rows: 1_100,
    answerBytes: 136_000,
    causes: [{ event: 'presence:response', bytes: 136_000, to: 'the caller', seen: 1 }],
    leaves: 'nothing',
    bounded: MEMBERS,
    fill: async (world) => {
      if (!world.isViewed) await open(world);
      return here(world);
    },
  }),
  command('conversation:mute', {
    request: 'a conversation',
    requestBytes: 80,
    rows: 1,
    answerBytes: 100,
    causes: [{ event: 'conversation:muted', bytes: 100, to: 'the caller', seen: 1 }],
    leaves: 'nothing',
    bounded: 'one row',
    fill: (world) => ({ ...here(world), muted: true }),
  }),
  command('conversation:rename', {
    request: 'a title of 100 characters',
    requestBytes: 480,
    rows: 6,
    causes: [{ event: 'conversation:updated', bytes: 620, to: TO, seen: 1 }],
    ...CHANGED,
    fill: (world) => ({ ...here(world), title: wide(TITLE) }),
    beyond: [longTitle],
  }),
  command('conversation:add', {
    request: '100 users into a group',
    requestBytes: 4_100,
    rows: 620,
    answerBytes: 100,
    causes: [{ event: 'conversation:member_added', bytes: 15_500, to: TO, seen: 1 }],
    leaves: 'an entry of the log and 100 memberships',
    bounded: `ConversationAddDto: 100 users; ${MEMBERS}`,
    fill: (world) => ({ conversationId: world.roomyGroup(), userIds: outsiders(world, 100) }),
    beyond: [tooManyAdded, full],
  }),
  command('conversation:role', {
    request: 'a member of 1,000',
    requestBytes: 140,
    rows: 8,
    causes: [{ event: 'conversation:role_changed', bytes: 300, to: TO, seen: 1 }],
    ...CHANGED,
    fill: (world) => ({ ...here(world), userId: world.witness.id, role: 'admin' }),
    clear: async (world) => {
      await world.heavy.client.send('conversation:role', {
        ...here(world),
        userId: world.witness.id,
        role: 'member',
      });
    },
  }),
  command('conversation:remove', {
    request: 'a member of 1,000',
    requestBytes: 120,
    rows: 1_010,
    causes: [{ event: 'conversation:member_removed', bytes: 250, to: TO, seen: 1 }],
    ...CHANGED,
    fill: (world) => ({ conversationId: world.spareGroup(), userId: world.users[5] }),
  }),
  command('conversation:quit', {
    request: 'a group of 1,000, whose admin goes',
    requestBytes: 60,
    rows: 1_010,
    causes: [
      { event: 'conversation:member_removed', bytes: 250, to: TO, seen: 1 },
      { event: 'conversation:role_changed', bytes: 300, to: TO, seen: 1 },
    ],
    ...CHANGED,
    leaves: 'two entries of the log',
    fill: (world) => ({ conversationId: world.spareGroup() }),
  }),
  command('conversation:sync', {
    request: '64 conversations of which nothing is known, with 600 messages of 10,000 characters',
    requestBytes: 2_800,
    rows: 180,
    answerBytes: 400_000,
    leaves: 'nothing',
    bounded: 'MAX_CURSORS, MAX_SYNC_EVENTS, MAX_SYNC_BYTES',
    fill: (world) => world.cursors(MAX_CURSORS),
    beyond: [beyond('65 conversations', 'VALIDATION', (world: World) => world.cursors(MAX_CURSORS + 1))],
  }),
  route('POST /api/conversations', {
    request: 'a group of 100 others with a title of 100 characters',
    requestBytes: 4_500,
    rows: 830,
    answerBytes: 19_000,
    causes: [{ event: 'conversation:created', bytes: 16_000, to: TO, seen: 1 }],
    leaves: 'a conversation, an entry of its log and 101 memberships',
    bounded: 'ConversationCreateDto: 100 others',
    fill: (world) => ({ body: newGroup(100)(world) }),
    beyond: [beyond('101 users', 'VALIDATION', (world: World) => ({ body: newGroup(101)(world) }))],
  }),
  route('GET /api/conversations', {
    request: 'a page of 100, by a user in 1,000',
    requestBytes: 60,
    rows: 202,
    answerBytes: 78_000,
    leaves: 'nothing',
    bounded: 'PageQuery: 100 conversations',
    fill: () => ({ query: { limit: '100' } }),
    beyond: [beyond('a page of 101', 'VALIDATION', () => ({ query: { limit: '101' } }))],
  }),
  route('GET /api/conversations/{id}', {
    request: 'a conversation of 1,000 members',
    requestBytes: 0,
    rows: 2_010,
    answerBytes: VIEW_OF_1000,
    leaves: 'nothing',
    bounded: MEMBERS,
    fill: ({ group }) => ({ params: { id: group } }),
  }),
  route('PATCH /api/conversations/{id}', {
    request: 'a title of 100 characters',
    requestBytes: 420,
    rows: 6,
    causes: [{ event: 'conversation:updated', bytes: 620, to: TO, seen: 1 }],
    ...CHANGED,
    fill: ({ group }) => ({ params: { id: group }, body: { title: wide(TITLE) } }),
    beyond: [
      beyond('a title of 101 characters', 'VALIDATION', ({ group }: World) => ({
        params: { id: group },
        body: { title: wide(TITLE + 1) },
      })),
    ],
  }),
  route('PUT /api/conversations/{id}/mute', {
    request: 'a conversation',
    requestBytes: 20,
    rows: 1,
    answerBytes: 100,
    causes: [{ event: 'conversation:muted', bytes: 100, to: 'the caller', seen: 1 }],
    leaves: 'nothing',
    bounded: 'one row',
    fill: ({ group }) => ({ params: { id: group }, body: { muted: true } }),
  }),
  route('POST /api/conversations/{id}/members', {
    request: '100 users into a group',
    requestBytes: 4_100,
    rows: 620,
    answerBytes: 100,
    causes: [{ event: 'conversation:member_added', bytes: 15_500, to: TO, seen: 1 }],
    leaves: 'an entry of the log and 100 memberships',
    bounded: `ConversationAddDto: 100 users; ${MEMBERS}`,
    fill: (world) => ({
      params: { id: world.roomyGroup() },
      body: { userIds: outsiders(world, 100) },
    }),
    beyond: [
      beyond('101 users', 'VALIDATION', ({ group, users }: World) => ({
        params: { id: group },
        body: { userIds: users.slice(0, 101) },
      })),
    ],
  }),
  route('PATCH /api/conversations/{id}/members/{userId}', {
    request: 'a member of 1,000',
    requestBytes: 20,
    rows: 8,
    causes: [{ event: 'conversation:role_changed', bytes: 300, to: TO, seen: 1 }],
    ...CHANGED,
    fill: ({ group, witness }) => ({ params: { id: group, userId: witness.id }, body: { role: 'admin' } }),
    clear: async (world) => {
      const change = { ...here(world), userId: world.witness.id, role: 'member' };
      await world.heavy.client.send('conversation:role', change);
    },
  }),
  route('DELETE /api/conversations/{id}/members/{userId}', {
    request: 'oneself, who is the admin of 1,000',
    requestBytes: 0,
    rows: 1_010,
    causes: [
      { event: 'conversation:member_removed', bytes: 250, to: TO, seen: 1 },
      { event: 'conversation:role_changed', bytes: 300, to: TO, seen: 1 },
    ],
    ...CHANGED,
    fill: (world) => ({ params: { id: world.spareGroup(), userId: world.heavy.id } }),
  }),
];
