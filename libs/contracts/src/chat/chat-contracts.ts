/** Commands and events of chat channels, whispers and emotes. */
import { command, event, typeToken } from '../contract';
import { rate } from '../rate-policy';
import {
  type ChatAuthor,
  type ChatChannel,
  ChatEmoteDto,
  type ChatEntry,
  ChatHistoryDto,
  ChatMessageDto,
  type ChatPage,
  type ChatSent,
  ChatTypingDto,
  ChatWhisperDto,
  type Emote,
  type WhisperEntry,
} from './chat';

export const chatCommands = [
  /**
   * Sends a message to a channel; acknowledged once it is stored.
   * @example {"channel": "zone", "text": "The gate is open", "clientId": "draft-3"}
   * @error NO_CHARACTER in the zone channel without a selected character
   * @error FORBIDDEN in the channel of a guild or party to which the caller does not belong
   * @error RATE_LIMITED for a text that the user repeats too often
   */
  command({
    name: 'chat:message',
    payload: ChatMessageDto,
    result: typeToken<ChatSent>(),
    policy: rate(10, 60, { burst: 5, scope: 'cluster', per: ['channel'], fansOut: true }),
  }),
  /**
   * Sends a message to one user; a user who is offline finds it in the history.
   * @example {"toName": "Ben", "text": "Meet me at the gate"}
   * @error NOT_FOUND for an unknown user, character or name
   * @error VALIDATION for the caller's own account
   * @error RATE_LIMITED for a text that the user repeats too often
   */
  command({
    name: 'chat:whisper',
    payload: ChatWhisperDto,
    result: typeToken<ChatSent>(),
    policy: rate(10, 60, { scope: 'cluster' }),
  }),
  /**
   * Shows an emote to the zone.
   * @example {"emote": "wave", "targetId": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22"}
   * @error NO_CHARACTER without a selected character
   * @error NOT_FOUND for a target that is not in the zone
   */
  command({
    name: 'chat:emote',
    payload: ChatEmoteDto,
    result: typeToken<object>(),
    policy: rate(10, 60, { scope: 'cluster', fansOut: true }),
  }),
  /**
   * Announces that the caller is typing.
   * @example {"channel": "zone"}
   * @error NO_CHARACTER in the zone channel without a selected character
   * @error FORBIDDEN in the channel of a guild or party to which the caller does not belong
   * @error NOT_FOUND for an unknown character
   */
  command({
    name: 'chat:typing',
    payload: ChatTypingDto,
    result: typeToken<object>(),
    policy: rate(1, 2, { excess: 'drop', per: ['channel', 'toUserId', 'toCharacterId'], fansOut: true }),
    delivery: 'volatile',
  }),
  /**
   * Reads a channel, or the whispers with a user, backwards; within a page the oldest message comes first.
   * @example {"channel": "global", "limit": 20}
   * @result {"messages": [{"id": "4711", "channel": "global", "from": {"userId": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11",
   *   "name": "Anna"}, "text": "The gate is open", "createdAt": "2030-05-17T12:00:00.000Z"}], "next": "4711"}
   * @error NO_CHARACTER for the zone channel without a selected character
   * @error FORBIDDEN for the channel of a guild or party to which the caller does not belong
   * @error NOT_FOUND for an unknown character
   */
  command({
    name: 'chat:history',
    payload: ChatHistoryDto,
    result: typeToken<ChatPage>(),
  }),
] as const;

export const [ChatMessage, ChatWhisper, ChatEmote, ChatTyping, ChatHistory] = chatCommands;

export const chatEvents = [
  /**
   * A message in a channel. `clientId` is the one that its author has sent with it.
   * @receivers All connections in the room of the channel, the author's included: all users for `global`, the zone of the
   *   author's character for `zone`. Users who block the author get nothing.
   */
  event('chat:message', 'recoverable', typeToken<ChatEntry>()),
  /**
   * A message between two users.
   * @receivers All connections of both users; the receiver's only if they do not block the author. Only the author's get the
   *   `clientId`.
   */
  event('chat:whisper', 'recoverable', typeToken<WhisperEntry>(), { confirmed: true }),
  /**
   * A character shows an emote.
   * @example {"from": {"userId": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11",
   *   "characterId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "name": "Aldara"}, "emote": "wave", "timestamp": 1905249600000}
   * @receivers All connections in the zone, the author's included, except those of users who block the author.
   */
  event(
    'chat:emote',
    'recoverable',
    typeToken<{ from: ChatAuthor; emote: Emote; targetId?: string; timestamp: number }>(),
  ),
  /**
   * A user is typing, in a channel or, without `channel`, a whisper to the receiver.
   * @example {"from": {"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben"}, "channel": "global",
   *   "timestamp": 1905249600000}
   * @receivers The connections that would get the message, except those of the typing user and of users who block them.
   */
  event('chat:typing', 'volatile', typeToken<{ from: ChatAuthor; channel?: ChatChannel; timestamp: number }>()),
] as const;
