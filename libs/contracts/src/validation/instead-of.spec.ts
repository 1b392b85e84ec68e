/** Mutually exclusive properties: exactly one is accepted, and its value is validated. */
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { BlockDto } from '../blocks';
import { ChatHistoryDto, ChatTypingDto, ChatWhisperDto } from '../chat/chat';
import { ConversationAddDto, ConversationCreateDto, ConversationMemberDto } from '../conversations/conversations';
import { PresenceUsersDto } from '../presence/presence';

const UUID = '6f1f3d0e-8c0e-4a57-9b0c-0d8f4f3a2b1c';

const problems = (type: new () => object, value: object): string[] =>
  validateSync(plainToInstance(type, value), { whitelist: true, forbidNonWhitelisted: true }).map(
    ({ property }) => property,
  );

describe.each([
  ['ChatTypingDto', ChatTypingDto, 'channel', 'global', 'toUserId', UUID, {}],
  ['ChatHistoryDto', ChatHistoryDto, 'channel', 'zone', 'withUserId', UUID, {}],
  ['ChatWhisperDto', ChatWhisperDto, 'toName', 'anna', 'toUserId', UUID, { text: 'hello' }],
  ['ChatTypingDto of a character', ChatTypingDto, 'channel', 'global', 'toCharacterId', UUID, {}],
  ['ChatHistoryDto of a character', ChatHistoryDto, 'withUserId', UUID, 'withCharacterId', UUID, {}],
  ['ChatWhisperDto of a character', ChatWhisperDto, 'toName', 'anna', 'toCharacterId', UUID, { text: 'hello' }],
  ['BlockDto', BlockDto, 'userId', UUID, 'characterId', UUID, {}],
  ['PresenceUsersDto', PresenceUsersDto, 'userIds', [UUID], 'characterIds', [UUID], {}],
  ['ConversationAddDto', ConversationAddDto, 'userIds', [UUID], 'characterIds', [UUID], { conversationId: UUID }],
  ['ConversationMemberDto', ConversationMemberDto, 'userId', UUID, 'characterId', UUID, { conversationId: UUID }],
  [
    'ConversationCreateDto',
    ConversationCreateDto,
    'participantIds',
    [UUID],
    'participantCharacterIds',
    [UUID],
    { kind: 'group' },
  ],
] as const)('%s', (_, type, first, firstValue, second, secondValue, rest) => {
  it('accepts either property', () => {
    expect(problems(type, { ...rest, [first]: firstValue })).toEqual([]);
    expect(problems(type, { ...rest, [second]: secondValue })).toEqual([]);
  });

  it('refuses both properties together, and none', () => {
    const both = { ...rest, [first]: firstValue, [second]: secondValue };
    expect(problems(type, both)).toEqual(expect.arrayContaining([first, second]));
    expect(problems(type, rest)).toEqual(expect.arrayContaining([first, second]));
  });

  it('validates a given value, alone or beside the other', () => {
    expect(problems(type, { ...rest, [second]: 'x' })).toEqual([second]);
    expect(problems(type, { ...rest, [first]: 7, [second]: secondValue })).toContain(first);
    expect(problems(type, { ...rest, [first]: null })).toContain(first);
  });
});
