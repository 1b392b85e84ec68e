/** The payloads of chat channels, whispers and emotes. */
import { IsIn, IsInt, IsNumberString, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { IsId } from '../validation/ids';
import { IsInsteadOf } from '../validation/instead-of';
import { MAX_NAME_CODE_POINTS } from '../names/name-rules';
import { IsPlainText, IsPlayerText } from '../validation/text';
import type { Timestamp, Uuid } from '../wire-formats';

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
  userId: Uuid;
  characterId?: Uuid;
  name: string;
}

/**
 * @example {"id": "4711", "channel": "zone", "from": {"userId": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11",
 *   "characterId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "name": "Aldara"}, "text": "The gate is open",
 *   "createdAt": "2030-05-17T12:00:00.000Z", "clientId": "draft-3"}
 */
export interface ChatEntry {
  id: string;
  channel: ChatChannel;
  from: ChatAuthor;
  text: string;
  createdAt: Timestamp;
  clientId?: string;
}

/**
 * @example {"id": "4712", "from": {"userId": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "name": "Anna"},
 *   "to": {"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben"}, "text": "Meet me at the gate",
 *   "createdAt": "2030-05-17T12:00:00.000Z"}
 */
export interface WhisperEntry extends Omit<ChatEntry, 'channel'> {
  to: { userId: Uuid; name: string };
}

/** @example {"id": "4711", "createdAt": "2030-05-17T12:00:00.000Z"} */
export interface ChatSent {
  id: string;
  createdAt: Timestamp;
}

/** A page of history, oldest message first. */
export interface ChatPage {
  messages: (ChatEntry | WhisperEntry)[];
  /** The `before` of the next older page; absent when nothing older is stored. A short or empty page can have it too. */
  next?: string;
}
