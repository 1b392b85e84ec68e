/** Bounds: messages of conversations. */
import { beyondBound, commandBound, routeBound } from '../bound';
import { CONTENT_LENGTH } from '../seed';
import { wide, wideNumbered } from '../wide-texts';
import type { BoundsWorld } from '../bounds-world';

const CONTENT = { request: '10,000 characters', requestBytes: 40_400, leaves: 'one permanent entry of the log' };
const BOUNDED = 'MAX_CONTENT: 10,000 characters';
const TO = 'the members';
const TEMP_ID = 't'.repeat(100);
const MAX_MARKS = 100;

const conversationPayload = ({ group }: BoundsWorld) => ({ conversationId: group });
const messagePayload = (world: BoundsWorld) => ({ ...conversationPayload(world), messageId: world.messageId });
const LONGEST_EMOJI = '👩🏽‍❤️‍💋‍👨🏿';
const content = () => ({ content: wide(CONTENT_LENGTH) });
const tempId = (world: BoundsWorld) => ({ tempId: `${TEMP_ID}${String(world.number()).padStart(28, '0')}` });
const tooLong = (sample: (world: BoundsWorld) => object) =>
  beyondBound<object>('10,001 characters', 'VALIDATION', (world) => ({
    ...sample(world),
    content: wide(CONTENT_LENGTH + 1),
  }));
const newMessage = async (world: BoundsWorld): Promise<string> => {
  const { messageId } = await world.heavy.client.send('message:send', { ...conversationPayload(world), ...content() });
  return String(messageId);
};
/** Sent by a member without receipts so far: a watermark that does not move sends no receipt. */
const marks = (name: string, event: 'message:read:receipt' | 'message:delivered', bytes: number) =>
  commandBound(name, {
    request: '100 messages of a group of 100',
    requestBytes: 4_100,
    rows: 110,
    answerBytes: 100,
    causes: [{ event, bytes, to: 'the authors, in groups of 100 at most', seen: 1 }],
    leaves: 'one watermark per member; receipts are batched for a quarter of a second',
    bounded: 'MessageIdsDto: 100 messages; MAX_MEMBERS_WITH_RECEIPTS',
    as: 'witness',
    fill: async (world) => {
      const conversationId = await world.seed.group([world.heavy.id, world.witness.id, ...world.users.slice(0, 98)]);
      return { conversationId, messageIds: await world.seed.messages(conversationId, world.heavy.id, MAX_MARKS) };
    },
    beyond: [
      beyondBound('101 messages', 'VALIDATION', (world: BoundsWorld) => ({
        ...conversationPayload(world),
        messageIds: world.messageIds.slice(0, MAX_MARKS + 1),
      })),
    ],
  });
const typing = (name: string) =>
  commandBound(name, {
    request: 'a conversation',
    requestBytes: 60,
    rows: 1,
    answerBytes: 20,
    causes: [
      name === 'typing:start'
        ? { event: 'typing:user:start', bytes: 270, to: TO, seen: 1 }
        : { event: 'typing:user:stop', bytes: 120, to: TO, seen: 1 },
    ],
    leaves: 'a timer of 6 s per connection and conversation',
    bounded: 'TYPING_TIMEOUT_MS; UserBuckets.MAX_KEYS_PER_USER',
    fill: conversationPayload,
  });

export const messageBounds = [
  commandBound('message:send', {
    ...CONTENT,
    rows: 3,
    answerBytes: 150,
    causes: [{ event: 'message:new', bytes: 40_600, to: TO, seen: 1 }],
    bounded: `${BOUNDED}; TEMP_ID: 128; PendingMessages.MAX_PENDING of a conversation wait to be stored`,
    fill: (world) => ({ ...conversationPayload(world), ...content(), ...tempId(world) }),
    beyond: [
      tooLong(conversationPayload),
      beyondBound('a tempId of 129', 'VALIDATION', (world: BoundsWorld) => ({
        ...conversationPayload(world),
        content: 'a',
        tempId: 't'.repeat(129),
      })),
    ],
  }),
  commandBound('message:update', {
    ...CONTENT,
    rows: 9,
    answerBytes: 150,
    causes: [{ event: 'message:updated', bytes: 40_300, to: TO, seen: 1 }],
    bounded: BOUNDED,
    fill: (world) => ({ ...messagePayload(world), content: wideNumbered(CONTENT_LENGTH, world.number()) }),
    beyond: [tooLong(messagePayload)],
  }),
  commandBound('message:delete', {
    request: 'a message',
    requestBytes: 120,
    rows: 9,
    answerBytes: 150,
    causes: [{ event: 'message:deleted', bytes: 250, to: TO, seen: 1 }],
    leaves: 'one permanent entry of the log',
    bounded: 'one message',
    fill: async (world) => ({ ...conversationPayload(world), messageId: await newMessage(world) }),
  }),
  marks('message:read', 'message:read:receipt', 4_300),
  // The author gets one receipt for all deliveries within a quarter of a second: 39 bytes for each of 99 members at most.
  marks('message:delivered', 'message:delivered', 250),
  commandBound('reaction:add', {
    request: 'the longest emoji, of 35 bytes',
    requestBytes: 210,
    rows: 9,
    answerBytes: 100,
    causes: [{ event: 'reaction:added', bytes: 440, to: TO, seen: 1 }],
    leaves: 'one row and one entry of the log',
    bounded: 'ReactionAddDto: one emoji',
    fill: async (world) => ({
      ...conversationPayload(world),
      messageId: await newMessage(world),
      emoji: LONGEST_EMOJI,
    }),
    beyond: [
      beyondBound('two emoji', 'VALIDATION', (world: BoundsWorld) => ({ ...messagePayload(world), emoji: '👍👍' })),
    ],
  }),
  commandBound('reaction:remove', {
    request: 'a reaction',
    requestBytes: 180,
    rows: 9,
    answerBytes: 40,
    causes: [{ event: 'reaction:removed', bytes: 250, to: TO, seen: 1 }],
    leaves: 'one entry of the log',
    bounded: 'one reaction',
    fill: async (world) => {
      const reacted = { ...conversationPayload(world), messageId: await newMessage(world) };
      const { reactionId } = await world.heavy.client.send('reaction:add', { ...reacted, emoji: '👍' });
      return { ...reacted, reactionId };
    },
  }),
  typing('typing:start'),
  typing('typing:stop'),
  routeBound('POST /api/messages', {
    ...CONTENT,
    rows: 3,
    answerBytes: 150,
    causes: [{ event: 'message:new', bytes: 40_600, to: TO, seen: 1 }],
    bounded: BOUNDED,
    fill: (world) => ({ body: { ...conversationPayload(world), ...content(), ...tempId(world) } }),
    beyond: [
      beyondBound('10,001 characters', 'VALIDATION', (world: BoundsWorld) => ({
        body: { ...conversationPayload(world), content: wide(CONTENT_LENGTH + 1) },
      })),
    ],
  }),
  routeBound('GET /api/messages', {
    request: 'the newest 100 messages, each of 10,000 characters, one with the maximum of reactions',
    requestBytes: 80,
    rows: 90,
    answerBytes: 400_000,
    bounded: 'PageQuery: 100 messages; MAX_PAGE_BYTES: 256 KiB of text; MAX_SHOWN_REACTIONS',
    fill: (world) => ({ query: { ...conversationPayload(world), limit: '100' } }),
    beyond: [
      beyondBound('a page of 101', 'VALIDATION', (world: BoundsWorld) => ({
        query: { ...conversationPayload(world), limit: '101' },
      })),
    ],
  }),
  routeBound('GET /api/messages/{id}/reactions', {
    request: 'the oldest 100 reactions to a message',
    requestBytes: 20,
    rows: 120,
    answerBytes: 26_000,
    bounded: 'PageQuery: 100 reactions',
    fill: ({ messageId }) => ({ params: { id: messageId }, query: { limit: '100' } }),
    beyond: [
      beyondBound('a page of 101', 'VALIDATION', ({ messageId }: BoundsWorld) => ({
        params: { id: messageId },
        query: { limit: '101' },
      })),
    ],
  }),
  routeBound('PATCH /api/messages/{id}', {
    ...CONTENT,
    rows: 9,
    answerBytes: 150,
    causes: [{ event: 'message:updated', bytes: 40_300, to: TO, seen: 1 }],
    bounded: BOUNDED,
    fill: (world) => ({
      params: { id: world.messageId },
      body: { content: wideNumbered(CONTENT_LENGTH, world.number()) },
    }),
    beyond: [
      beyondBound('10,001 characters', 'VALIDATION', (world: BoundsWorld) => ({
        params: { id: world.messageId },
        body: { content: wide(CONTENT_LENGTH + 1) },
      })),
    ],
  }),
  routeBound('DELETE /api/messages/{id}', {
    request: 'a message',
    requestBytes: 0,
    rows: 9,
    answerBytes: 150,
    causes: [{ event: 'message:deleted', bytes: 250, to: TO, seen: 1 }],
    leaves: 'one permanent entry of the log',
    bounded: 'one message',
    fill: async (world) => ({ params: { id: await newMessage(world) } }),
  }),
  routeBound('POST /api/sync', {
    request: '64 conversations from their beginning, with 600 messages of 10,000 characters',
    requestBytes: 2_800,
    rows: 180,
    answerBytes: 400_000,
    bounded: 'MAX_CURSORS, MAX_SYNC_EVENTS, MAX_SYNC_BYTES',
    fill: async (world) => ({ body: await world.cursors(64) }),
    beyond: [
      beyondBound('65 conversations', 'VALIDATION', async (world: BoundsWorld) => ({ body: await world.cursors(65) })),
    ],
  }),
];
