/** Chat channels, whispers and emotes. */
import { IsIn, IsInt, IsNumberString, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { command, event, returns } from './contract';
import { IsId } from './ids';
import { IsInsteadOf } from './instead-of';
import { MAX_NAME_CODE_POINTS } from './names/name-rules';
import { rate } from './rate-policy';
import { IsPlainText, IsPlayerText } from './text';

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

  /** The client's own mark, given back in the broadcast so that it knows its message. */
  @IsOptional()
  @IsPlainText({ max: 64 })
  clientId?: string;
}

export class ChatWhisperDto {
  /** The receiver: this, `toCharacterId` or `toName`. */
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

  /** A character of the same zone. */
  @IsOptional()
  @IsId()
  targetId?: string;
}

export class ChatTypingDto {
  /** Where one types: this, `toUserId` or `toCharacterId`. */
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
  /** Which history: this, `withUserId` or `withCharacterId`. */
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
  /** The `before` of the next older page; absent where nothing older is kept. A page may be short, or empty, and have it. */
  next?: string;
}

export const chatCommands = [
  command({
    name: 'chat:message',
    summary: 'Says something on a channel; acked once it is stored.',
    payload: ChatMessageDto,
    result: returns<ChatSent>(),
    policy: rate(10, 60, { burst: 5, scope: 'cluster', per: ['channel'], fansOut: true }),
  }),
  command({
    name: 'chat:whisper',
    summary: 'Says something to one user, who finds it in the history when offline.',
    payload: ChatWhisperDto,
    result: returns<ChatSent>(),
    policy: rate(10, 60, { scope: 'cluster' }),
  }),
  command({
    name: 'chat:emote',
    summary: 'Shows an emote to the zone.',
    payload: ChatEmoteDto,
    result: returns<object>(),
    policy: rate(10, 60, { scope: 'cluster', fansOut: true }),
  }),
  command({
    name: 'chat:typing',
    summary: 'Tells that one is typing.',
    payload: ChatTypingDto,
    result: returns<object>(),
    policy: rate(1, 2, { excess: 'drop', per: ['channel', 'toUserId', 'toCharacterId'], fansOut: true }),
    delivery: 'volatile',
  }),
  command({
    name: 'chat:history',
    summary: 'Reads a channel or the whispers with a user backwards; inside a page the oldest message comes first.',
    payload: ChatHistoryDto,
    result: returns<ChatPage>(),
  }),
] as const;

export const [ChatMessage, ChatWhisper, ChatEmote, ChatTyping, ChatHistory] = chatCommands;

export const chatEvents = [
  event('chat:message', 'recoverable', returns<ChatEntry>()),
  event('chat:whisper', 'recoverable', returns<WhisperEntry>(), { confirmed: true }),
  event(
    'chat:emote',
    'recoverable',
    returns<{ from: ChatAuthor; emote: Emote; targetId?: string; timestamp: number }>(),
  ),
  event('chat:typing', 'volatile', returns<{ from: ChatAuthor; channel?: ChatChannel; timestamp: number }>()),
] as const;
