/** Bounds: chat. */
import { MAX_MENTIONS } from '../../../../apps/server/src/chat/mentions/mention-names';
import { beyondBound, commandBound } from '../bound';
import { wide } from '../wide-texts';
import type { BoundsWorld } from '../bounds-world';

const TEXT = 500;
const MARK = 'm'.repeat(64);
const KEPT = 'one row for 90 days';
/** Unknown names. Each is looked up as an account and as a character, with and without its trailing punctuation. */
const MENTIONS = Array.from({ length: MAX_MENTIONS }, (_, index) => `@n${'-'.repeat(37)}${index}. `).join('');

const text = (world: BoundsWorld, prefix = '') => {
  const start = `${prefix}${world.number()} `;
  return `${start}${wide(TEXT - start.length)}`;
};
const tooLong = beyondBound('501 characters', 'VALIDATION', () => ({ channel: 'global', text: wide(TEXT + 1) }));

export const chatBounds = [
  commandBound('chat:message', {
    request: '500 characters that mention three names, and a mark of 64',
    requestBytes: 2_200,
    rows: 2,
    answerBytes: 100,
    causes: [{ event: 'chat:message', bytes: 2_500, to: 'all users on the channel', seen: 1 }],
    leaves: `${KEPT}, and a notification for each of three users at most`,
    bounded: `ChatMessageDto: 500 characters; MAX_MENTIONS; ChatRetention`,
    fill: (world) => ({ channel: 'global', text: text(world, MENTIONS), clientId: MARK }),
    beyond: [
      tooLong,
      beyondBound('a mark of 65 characters', 'VALIDATION', () => ({
        channel: 'global',
        text: 'a',
        clientId: `${MARK}m`,
      })),
    ],
  }),
  commandBound('chat:whisper', {
    request: '500 characters to a name, and a mark of 64',
    requestBytes: 2_300,
    rows: 4,
    answerBytes: 100,
    causes: [{ event: 'chat:whisper', bytes: 2_500, to: 'the sender and the receiver', seen: 1 }],
    leaves: `${KEPT}, and one notification for the receiver`,
    bounded: `ChatWhisperDto: 500 characters; ChatRetention`,
    fill: (world) => ({ toName: world.witness.name, text: text(world), clientId: MARK }),
    beyond: [beyondBound('501 characters', 'VALIDATION', () => ({ toName: 'somebody', text: wide(TEXT + 1) }))],
  }),
  commandBound('chat:emote', {
    request: 'an emote for a character of the zone',
    requestBytes: 100,
    rows: 0,
    answerBytes: 20,
    causes: [{ event: 'chat:emote', bytes: 350, to: 'all in the zone', seen: 1 }],
    bounded: `ChatEmoteDto: an emote of the list`,
    fill: async ({ heavy }) => {
      await heavy.client.send('character:select', { characterId: heavy.characterIds[0] });
      return { emote: 'laugh', targetId: heavy.characterIds[0] };
    },
  }),
  commandBound('chat:typing', {
    request: 'a channel',
    requestBytes: 60,
    rows: 0,
    answerBytes: 20,
    causes: [{ event: 'chat:typing', bytes: 250, to: 'all users on the channel', seen: 1 }],
    bounded: 'ChatTypingDto: a channel of the list',
    fill: () => ({ channel: 'global' }),
  }),
  commandBound('chat:history', {
    request: 'the newest 100 messages of a channel',
    requestBytes: 80,
    rows: 101,
    answerBytes: 250_000,
    bounded: 'ChatHistoryDto: 100 messages of 500 characters; ChatRepository.MAX_SCANNED: 500 looked at',
    fill: () => ({ channel: 'global', limit: 100, before: '9'.repeat(18) }),
    beyond: [
      beyondBound('101 messages', 'VALIDATION', () => ({ channel: 'global', limit: 101 })),
      beyondBound('a cursor of 19 digits', 'VALIDATION', () => ({ channel: 'global', before: '9'.repeat(19) })),
    ],
  }),
];
