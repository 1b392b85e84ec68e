/** Bounds: conversations and their members. */
import { MAX_MEMBERS } from '@aeturnis/contracts';
import { MAX_CURSORS } from '../../../../libs/contracts/src/validation/sync-cursors';
import { waitUntil } from '../../../support/clients/client';
import { beyondBound, commandBound, routeBound } from '../bound';
import { wide } from '../wide-texts';
import type { BoundsWorld } from '../bounds-world';

const TITLE = 100;
const CHUNK = 100;
const EMPTY = { kind: 'group', participantIds: [] };
const MEMBERS = 'MAX_MEMBERS: 1,000 of a conversation';
const ENTRY = 'one permanent entry of the log';
const TO = 'the members';
const CHANGED = { answerBytes: 100, leaves: ENTRY, bounded: MEMBERS };
/** Bytes of a group of 1,000 members with all that a client receives about it. */
const VIEW_OF_1000 = 182_000;

const conversationPayload = ({ group }: BoundsWorld) => ({ conversationId: group });
const outsiders = ({ users }: BoundsWorld, count: number) => users.slice(-count);
const newGroup = (count: number) => (world: BoundsWorld) => ({
  kind: 'group',
  participantIds: world.users.slice(0, count),
  title: wide(TITLE),
});
const tooMany = beyondBound('101 users', 'VALIDATION', newGroup(101));
const tooManyAdded = beyondBound('101 users', 'VALIDATION', async (world: BoundsWorld) => ({
  ...conversationPayload(world),
  userIds: world.users.slice(0, 101),
}));
const full = beyondBound('one more than 1,000 members', 'CONFLICT', (world: BoundsWorld) => ({
  ...conversationPayload(world),
  userIds: outsiders(world, 1),
}));
const longTitle = beyondBound('a title of 101 characters', 'VALIDATION', (world: BoundsWorld) => ({
  ...conversationPayload(world),
  title: wide(TITLE + 1),
}));

/** Marks all members as viewers, in chunks because each viewer is announced to the others. */
const openGroup = async (world: BoundsWorld): Promise<void> => {
  const members = world.users.slice(0, MAX_MEMBERS - 3);
  const { client } = world.witness;
  for (let first = 0; first < members.length; first += CHUNK) {
    client.clearReceived();
    const some = members.slice(first, first + CHUNK);
    await world.node.viewing(world.group, some);
    await waitUntil(() => client.eventsNamed('user:online').length >= some.length, 'all are announced', 60_000);
  }
  world.isViewed = true;
};

const viewing = (
  name: string,
  [reply, announcement]: ['conversation:joined', 'user:online'] | ['conversation:left', 'user:offline'],
  leaves: string,
) =>
  commandBound(name, {
    request: 'a conversation of 1,000 members',
    requestBytes: 60,
    rows: 5,
    answerBytes: 110,
    causes: [
      { event: reply, bytes: 110, to: 'the caller', seen: 1 },
      { event: announcement, bytes: 280, to: TO, seen: 1 },
    ],
    leaves,
    bounded: 'one conversation, which only its members can open',
    fill: conversationPayload,
  });

export const conversationBounds = [
  commandBound('conversation:create', {
    request: 'a group of 100 others with a title of 100 characters',
    requestBytes: 4_500,
    rows: 830,
    answerBytes: 19_000,
    causes: [{ event: 'conversation:created', bytes: 16_000, to: TO, seen: 1 }],
    leaves: 'a conversation, an entry of its log and 101 memberships',
    bounded: 'ConversationCreateDto: 100 others',
    fill: newGroup(100),
    beyond: [tooMany, beyondBound('a title of 101 characters', 'VALIDATION', () => ({ ...EMPTY, title: wide(101) }))],
  }),
  viewing('conversation:join', ['conversation:joined', 'user:online'], 'one room of the connection'),
  viewing('conversation:leave', ['conversation:left', 'user:offline'], 'nothing'),
  commandBound('presence:request', {
    request: 'a conversation that 1,000 users have open',
    requestBytes: 60,
    rows: 1_100,
    answerBytes: 136_000,
    causes: [{ event: 'presence:response', bytes: 136_000, to: 'the caller', seen: 1 }],
    bounded: MEMBERS,
    fill: async (world) => {
      if (!world.isViewed) await openGroup(world);
      return conversationPayload(world);
    },
  }),
  commandBound('conversation:mute', {
    request: 'a conversation',
    requestBytes: 80,
    rows: 1,
    answerBytes: 100,
    causes: [{ event: 'conversation:muted', bytes: 100, to: 'the caller', seen: 1 }],
    bounded: 'one row',
    fill: (world) => ({ ...conversationPayload(world), muted: true }),
  }),
  commandBound('conversation:rename', {
    request: 'a title of 100 characters',
    requestBytes: 480,
    rows: 6,
    causes: [{ event: 'conversation:updated', bytes: 620, to: TO, seen: 1 }],
    ...CHANGED,
    fill: (world) => ({ ...conversationPayload(world), title: wide(TITLE) }),
    beyond: [longTitle],
  }),
  commandBound('conversation:add', {
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
  commandBound('conversation:role', {
    request: 'a member of 1,000',
    requestBytes: 140,
    rows: 8,
    causes: [{ event: 'conversation:role_changed', bytes: 300, to: TO, seen: 1 }],
    ...CHANGED,
    fill: (world) => ({ ...conversationPayload(world), userId: world.witness.id, role: 'admin' }),
    clear: async (world) => {
      await world.heavy.client.send('conversation:role', {
        ...conversationPayload(world),
        userId: world.witness.id,
        role: 'member',
      });
    },
  }),
  commandBound('conversation:remove', {
    request: 'a member of 1,000',
    requestBytes: 120,
    rows: 1_010,
    causes: [{ event: 'conversation:member_removed', bytes: 250, to: TO, seen: 1 }],
    ...CHANGED,
    fill: (world) => ({ conversationId: world.spareGroup(), userId: world.users[5] }),
  }),
  commandBound('conversation:quit', {
    request: 'a group of 1,000, whose admin leaves',
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
  commandBound('conversation:sync', {
    request: '64 conversations from their beginning, with 600 messages of 10,000 characters',
    requestBytes: 2_800,
    rows: 180,
    answerBytes: 400_000,
    bounded: 'MAX_CURSORS, MAX_SYNC_EVENTS, MAX_SYNC_BYTES',
    fill: (world) => world.cursors(MAX_CURSORS),
    beyond: [beyondBound('65 conversations', 'VALIDATION', (world: BoundsWorld) => world.cursors(MAX_CURSORS + 1))],
  }),
  routeBound('POST /api/conversations', {
    request: 'a group of 100 others with a title of 100 characters',
    requestBytes: 4_500,
    rows: 830,
    answerBytes: 19_000,
    causes: [{ event: 'conversation:created', bytes: 16_000, to: TO, seen: 1 }],
    leaves: 'a conversation, an entry of its log and 101 memberships',
    bounded: 'ConversationCreateDto: 100 others',
    fill: (world) => ({ body: newGroup(100)(world) }),
    beyond: [beyondBound('101 users', 'VALIDATION', (world: BoundsWorld) => ({ body: newGroup(101)(world) }))],
  }),
  routeBound('GET /api/conversations', {
    request: 'a page of 100, by a user in 1,000',
    requestBytes: 60,
    rows: 202,
    answerBytes: 78_000,
    bounded: 'PageQuery: 100 conversations',
    fill: () => ({ query: { limit: '100' } }),
    beyond: [beyondBound('a page of 101', 'VALIDATION', () => ({ query: { limit: '101' } }))],
  }),
  routeBound('GET /api/conversations/{id}', {
    request: 'a conversation of 1,000 members',
    requestBytes: 0,
    rows: 2_010,
    answerBytes: VIEW_OF_1000,
    bounded: MEMBERS,
    fill: ({ group }) => ({ params: { id: group } }),
  }),
  routeBound('PATCH /api/conversations/{id}', {
    request: 'a title of 100 characters',
    requestBytes: 420,
    rows: 6,
    causes: [{ event: 'conversation:updated', bytes: 620, to: TO, seen: 1 }],
    ...CHANGED,
    fill: ({ group }) => ({ params: { id: group }, body: { title: wide(TITLE) } }),
    beyond: [
      beyondBound('a title of 101 characters', 'VALIDATION', ({ group }: BoundsWorld) => ({
        params: { id: group },
        body: { title: wide(TITLE + 1) },
      })),
    ],
  }),
  routeBound('PUT /api/conversations/{id}/mute', {
    request: 'a conversation',
    requestBytes: 20,
    rows: 1,
    answerBytes: 100,
    causes: [{ event: 'conversation:muted', bytes: 100, to: 'the caller', seen: 1 }],
    bounded: 'one row',
    fill: ({ group }) => ({ params: { id: group }, body: { muted: true } }),
  }),
  routeBound('POST /api/conversations/{id}/members', {
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
      beyondBound('101 users', 'VALIDATION', ({ group, users }: BoundsWorld) => ({
        params: { id: group },
        body: { userIds: users.slice(0, 101) },
      })),
    ],
  }),
  routeBound('PATCH /api/conversations/{id}/members/{userId}', {
    request: 'a member of 1,000',
    requestBytes: 20,
    rows: 8,
    causes: [{ event: 'conversation:role_changed', bytes: 300, to: TO, seen: 1 }],
    ...CHANGED,
    fill: ({ group, witness }) => ({ params: { id: group, userId: witness.id }, body: { role: 'admin' } }),
    clear: async (world) => {
      const change = { ...conversationPayload(world), userId: world.witness.id, role: 'member' };
      await world.heavy.client.send('conversation:role', change);
    },
  }),
  routeBound('DELETE /api/conversations/{id}/members/{userId}', {
    request: 'the caller, who is the admin of 1,000',
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
