/** Bounds: messages of conversations. */
import { beyond, command, route } from '../bound';
import { CONTENT_LENGTH } from '../seed';
import { wide, wideNumbered } from '../texts';
import type { World } from '../world';

const CONTENT = { request: '10,000 characters', requestBytes: 40_400, leaves: 'one entry of the log, for good' };
const BOUNDED = 'MAX_CONTENT: 10,000 characters';
const TO = 'the members';
const TEMP_ID = 't'.repeat(100);
const MAX_MARKS = 100;

const here = ({ group }: World) => ({ conversationId: group });
const message = (world: World) => ({ ...here(world), messageId: world.messageId });
const LONGEST_EMOJI = '👩🏽‍❤️‍💋‍👨🏿';
const content = () => ({ content: wide(CONTENT_LENGTH) });
const tempId = (world: World) => ({ tempId: `${TEMP_ID}${String(world.number()).padStart(28, '0')}` });
const tooLong = (sample: (world: World) => object) =>
  beyond<object>('10,001 characters', 'VALIDATION', (world) => ({
    ...sample(world),
    content: wide(CONTENT_LENGTH + 1),
  }));
const newMessage = async (world: World): Promise<string> => {
  const { messageId } = await world.heavy.client.send('message:send', { ...here(world), ...content() });
  return String(messageId);
};
/** By somebody who has read nothing yet: a watermark that does not move tells nobody. */
const marks = (name: string, event: 'message:read:receipt' | 'message:delivered', bytes: number) =>
  command(name, {
    request: '100 messages of a group of 100',
    requestBytes: 4_100,
    rows: 110,
    answerBytes: 100,
    causes: [{ event, bytes, to: 'those who wrote them, in groups of 100 at most', seen: 1 }],
    leaves: 'one watermark per member; what is to be told waits a quarter of a second',
    bounded: 'MessageIdsDto: 100 messages; MOST_MEMBERS_WITH_RECEIPTS',
    as: 'witness',
    fill: async (world) => {
      const conversationId = await world.seed.group([world.heavy.id, world.witness.id, ...world.users.slice(0, 98)]);
      return { conversationId, messageIds: await world.seed.messages(conversationId, world.heavy.id, MAX_MARKS) };
    },
    beyond: [
      beyond('101 messages', 'VALIDATION', (world: World) => ({
        ...here(world),
        messageIds: world.messageIds.slice(0, MAX_MARKS + 1),
      })),
    ],
  });
const typing = (name: string) =>
  command(name, {
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
    bounded: 'TYPING_MS; UserBuckets.MAX_KEYS_PER_USER',
    fill: here,
  });

export const messages = [
  command('message:send', {
    ...CONTENT,
    rows: 3,
    answerBytes: 150,
    causes: [{ event: 'message:new', bytes: 40_600, to: TO, seen: 1 }],
    bounded: `${BOUNDED}; TEMP_ID: 128; WaitingMessages.MOST_WAITING of a conversation wait to be stored`,
    fill: (world) => ({ ...here(world), ...content(), ...tempId(world) }),
    beyond: [
      tooLong(here),
      beyond('a tempId of 129', 'VALIDATION', (world: World) => ({
        ...here(world),
        content: 'a',
        tempId: 't'.repeat(129),
      })),
    ],
  }),
  command('message:update', {
    ...CONTENT,
    rows: 9,
    answerBytes: 150,
    causes: [{ event: 'message:updated', bytes: 40_300, to: TO, seen: 1 }],
    bounded: BOUNDED,
    fill: (world) => ({ ...message(world), content: wideNumbered(CONTENT_LENGTH, world.number()) }),
    beyond: [tooLong(message)],
  }),
  command('message:delete', {
    request: 'a message',
    requestBytes: 120,
    rows: 9,
    answerBytes: 150,
    causes: [{ event: 'message:deleted', bytes: 250, to: TO, seen: 1 }],
    leaves: 'one entry of the log, for good',
    bounded: 'one message',
    fill: async (world) => ({ ...here(world), messageId: await newMessage(world) }),
  }),
  marks('message:read', 'message:read:receipt', 4_300),
  // Of those who got it within a quarter of a second its author is told together: 39 bytes for each of 99 at most.
  marks('message:delivered', 'message:delivered', 250),
  command('reaction:add', {
    request: 'the longest emoji, of 35 bytes',
    requestBytes: 210,
    rows: 9,
    answerBytes: 100,
    causes: [{ event: 'reaction:added', bytes: 440, to: TO, seen: 1 }],
    leaves: 'one row and one entry of the log',
    bounded: 'ReactionAddDto: one emoji',
    fill: async (world) => ({ ...here(world), messageId: await newMessage(world), emoji: LONGEST_EMOJI }),
    beyond: [beyond('two emoji', 'VALIDATION', (world: World) => ({ ...message(world), emoji: '👍👍' }))],
  }),
  command('reaction:remove', {
    request: 'a reaction',
    requestBytes: 180,
    rows: 9,
    answerBytes: 40,
    causes: [{ event: 'reaction:removed', bytes: 250, to: TO, seen: 1 }],
    leaves: 'one entry of the log',
    bounded: 'one reaction',
    fill: async (world) => {
      const reacted = { ...here(world), messageId: await newMessage(world) };
      const { reactionId } = await world.heavy.client.send('reaction:add', { ...reacted, emoji: '👍' });
      return { ...reacted, reactionId };
    },
  }),
  typing('typing:start'),
  typing('typing:stop'),
  route('POST /api/messages', {
    ...CONTENT,
    rows: 3,
    answerBytes: 150,
    causes: [{ event: 'message:new', bytes: 40_600, to: TO, seen: 1 }],
    bounded: BOUNDED,
    fill: (world) => ({ body: { ...here(world), ...content(), ...tempId(world) } }),
    beyond: [
      beyond('10,001 characters', 'VALIDATION', (world: World) => ({
        body: { ...here(world), content: wide(CONTENT_LENGTH + 1) },
      })),
    ],
  }),
  route('GET /api/messages', {
    request: 'the newest 100 messages, each of 10,000 characters, one with all the reactions that there may be',
    requestBytes: 80,
    rows: 90,
    answerBytes: 400_000,
    leaves: 'nothing',
    bounded: 'PageQuery: 100 messages; MAX_PAGE_BYTES: 256 KiB of text; MAX_SHOWN_REACTIONS',
    fill: (world) => ({ query: { ...here(world), limit: '100' } }),
    beyond: [beyond('a page of 101', 'VALIDATION', (world: World) => ({ query: { ...here(world), limit: '101' } }))],
  }),
  route('GET /api/messages/{id}/reactions', {
    request: 'the oldest 100 reactions to a message',
    requestBytes: 20,
    rows: 120,
    answerBytes: 26_000,
    leaves: 'nothing',
    bounded: 'PageQuery: 100 reactions',
    fill: ({ messageId }) => ({ params: { id: messageId }, query: { limit: '100' } }),
    beyond: [
      beyond('a page of 101', 'VALIDATION', ({ messageId }: World) => ({
        params: { id: messageId },
        query: { limit: '101' },
      })),
    ],
  }),
  route('PATCH /api/messages/{id}', {
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
      beyond('10,001 characters', 'VALIDATION', (world: World) => ({
        params: { id: world.messageId },
        body: { content: wide(CONTENT_LENGTH + 1) },
      })),
    ],
  }),
  route('DELETE /api/messages/{id}', {
    request: 'a message',
    requestBytes: 0,
    rows: 9,
    answerBytes: 150,
    causes: [{ event: 'message:deleted', bytes: 250, to: TO, seen: 1 }],
    leaves: 'one entry of the log, for good',
    bounded: 'one message',
    fill: async (world) => ({ params: { id: await newMessage(world) } }),
  }),
  route('POST /api/sync', {
    request: '64 conversations of which nothing is known, with 600 messages of 10,000 characters',
    requestBytes: 2_800,
    rows: 180,
    answerBytes: 400_000,
    leaves: 'nothing',
    bounded: 'MAX_CURSORS, MAX_SYNC_EVENTS, MAX_SYNC_BYTES',
    fill: async (world) => ({ body: await world.cursors(64) }),
    beyond: [beyond('65 conversations', 'VALIDATION', async (world: World) => ({ body: await world.cursors(65) }))],
  }),
];
