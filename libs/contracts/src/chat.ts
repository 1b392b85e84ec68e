/** Chat channels, whispers and emotes. */
import { IsIn, IsInt, IsNumberString, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { command, event, typeToken } from './contract';
import { IsId } from './validation/ids';
import { IsInsteadOf } from './validation/instead-of';
import { MAX_NAME_CODE_POINTS } from './names/name-rules';
import { rate } from './rate-policy';
import { IsPlainText, IsPlayerText } from './validation/text';

export const CHAT_CHANNELS = ['global', 'zone', 'guild', 'party'] as const;
export type ChatChannel = (typeof CHAT_CHANNELS)[number];

export const EMOTES = ['wave', 'bow', 'cheer', 'laugh', 'cry', 'dance', 'point', 'sit'] as const;
export type Emote = (typeof EMOTES)[number];

const CHAT_TEXT = { max: 500 };

export class ChatMessageDto {
  @IsIn(CHAT_CHANNELS)
  channel: ChatChannel;

  @IsPlayerText(CHAT_TEXT)
  text: string;

  /** Chosen by the client and repeated in the broadcast, so that it recognises its own message. */
  @IsOptional()
  @IsPlainText({ max: 64 })
  clientId?: string;
}

export class ChatWhisperDto {
  /** The receiver; give exactly one of this, `toCharacterId` and `toName`. */
  @IsInsteadOf('toCharacterId', 'toName')
  @IsId()
  toUserId?: string;

  @IsInsteadOf('toUserId', 'toName')
  @IsId()
  toCharacterId?: string;

  @IsInsteadOf('toUserId', 'toCharacterId')
  @IsPlayerText({ max: MAX_NAME_CODE_POINTS, lines: 1 })
  toName?: string;

  @IsPlayerText(CHAT_TEXT)
  text: string;

  @IsOptional()
  @IsPlainText({ max: 64 })
  clientId?: string;
}

export class ChatEmoteDto {
  @IsIn(EMOTES)
  emote: Emote;

  /** A character in the same zone. */
  @IsOptional()
  @IsId()
  targetId?: string;
}

export class ChatTypingDto {
  /** Where the user is typing; give exactly one of this, `toUserId` and `toCharacterId`. */
  @IsInsteadOf('toUserId', 'toCharacterId')
  @IsIn(CHAT_CHANNELS)
  channel?: ChatChannel;

  @IsInsteadOf('channel', 'toCharacterId')
  @IsId()
  toUserId?: string;

  @IsInsteadOf('channel', 'toUserId')
  @IsId()
  toCharacterId?: string;
}

export class ChatHistoryDto {
  /** Which history to read; give exactly one of this, `withUserId` and `withCharacterId`. */
  @IsInsteadOf('withUserId', 'withCharacterId')
  @IsIn(CHAT_CHANNELS)
  channel?: ChatChannel;

  /** The whispers with this user. */
  @IsInsteadOf('channel', 'withCharacterId')
  @IsId()
  withUserId?: string;

  /** The whispers with the user of this character. */
  @IsInsteadOf('channel', 'withUserId')
  @IsId()
  withCharacterId?: string;

  /** Messages older than this id; absent means the newest. */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  before?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

export interface ChatAuthor {
  userId: string;
  characterId?: string;
  name: string;
}

export interface ChatEntry {
  id: string;
  channel: ChatChannel;
  from: ChatAuthor;
  text: string;
  createdAt: string;
  clientId?: string;
}

export interface WhisperEntry extends Omit<ChatEntry, 'channel'> {
  to: { userId: string; name: string };
}

export interface ChatSent {
  id: string;
  createdAt: string;
}

/** A page of history, oldest message first. */
export interface ChatPage {
  messages: (ChatEntry | WhisperEntry)[];
  /** The `before` of the next older page; absent when nothing older is stored. A short or empty page can have it too. */
  next?: string;
}

export const chatCommands = [
  command({
    name: 'chat:message',
    summary: 'Sends a message to a channel; acknowledged once it is stored.',
    payload: ChatMessageDto,
    result: typeToken<ChatSent>(),
    policy: rate(10, 60, { burst: 5, scope: 'cluster', per: ['channel'], fansOut: true }),
  }),
  command({
    name: 'chat:whisper',
    summary: 'Sends a message to one user; a user who is offline finds it in the history.',
    payload: ChatWhisperDto,
    result: typeToken<ChatSent>(),
    policy: rate(10, 60, { scope: 'cluster' }),
  }),
  command({
    name: 'chat:emote',
    summary: 'Shows an emote to the zone.',
    payload: ChatEmoteDto,
    result: typeToken<object>(),
    policy: rate(10, 60, { scope: 'cluster', fansOut: true }),
  }),
  command({
    name: 'chat:typing',
    summary: 'Announces that the caller is typing.',
    payload: ChatTypingDto,
    result: typeToken<object>(),
    policy: rate(1, 2, { excess: 'drop', per: ['channel', 'toUserId', 'toCharacterId'], fansOut: true }),
    delivery: 'volatile',
  }),
  command({
    name: 'chat:history',
    summary: 'Reads a channel, or the whispers with a user, backwards; within a page the oldest message comes first.',
    payload: ChatHistoryDto,
    result: typeToken<ChatPage>(),
  }),
] as const;

export const [ChatMessage, ChatWhisper, ChatEmote, ChatTyping, ChatHistory] = chatCommands;

export const chatEvents = [
  event('chat:message', 'recoverable', typeToken<ChatEntry>()),
  event('chat:whisper', 'recoverable', typeToken<WhisperEntry>(), { confirmed: true }),
  event(
    'chat:emote',
    'recoverable',
    typeToken<{ from: ChatAuthor; emote: Emote; targetId?: string; timestamp: number }>(),
  ),
  event('chat:typing', 'volatile', typeToken<{ from: ChatAuthor; channel?: ChatChannel; timestamp: number }>()),
] as const;
