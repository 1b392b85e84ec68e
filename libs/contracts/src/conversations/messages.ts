/** The payloads of commands for messages of conversations: sending, editing, deleting, watermarks and reactions. */
import { IsOptional, Matches } from 'class-validator';
import { ConversationDto } from './conversations';
import { IsEmoji } from '../validation/emoji';
import { IsId, IsIdList } from '../validation/ids';
import { IsPlayerText } from '../validation/text';
import type { Timestamp, Uuid } from '../wire-formats';

/** Code points of the text of a message. */
export const MAX_CONTENT = 10_000;
/** Limits per message: different emoji, reactions in all, and reactions of one user. A further one is answered CONFLICT. */
export const MAX_REACTION_EMOJI = 20;
export const MAX_REACTIONS = 2_000;
export const MAX_REACTIONS_PER_USER = 10;
/** A message with more reactions shows the oldest ones, those of the reader, and the count of each emoji. */
export const MAX_SHOWN_REACTIONS = 50;
/** Text of one page of messages, in bytes of UTF-8; the page ends with the message that exceeds it. */
export const MAX_PAGE_BYTES = 256 * 1024;
/** Printable ASCII, so that the stored and compared value is exactly the one that was sent. */
const TEMP_ID = /^[\x20-\x7e]{1,128}$/;
const CONTENT = { max: MAX_CONTENT, lines: MAX_CONTENT };

export class MessageSendDto extends ConversationDto {
  @IsPlayerText(CONTENT)
  content: string;

  /** Dedup key chosen by the client: a message sent again with the same key is stored once and answered as before. */
  @IsOptional()
  @Matches(TEMP_ID)
  tempId?: string;
}

export class MessageDto extends ConversationDto {
  @IsId()
  messageId: string;
}

export class MessageUpdateDto extends MessageDto {
  @IsPlayerText(CONTENT)
  content: string;
}

/**
 * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "messageIds": ["1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66"]}
 */
export class MessageIdsDto extends ConversationDto {
  @IsIdList({ min: 1, max: 100 })
  messageIds: string[];
}

export class ReactionAddDto extends MessageDto {
  /** One emoji. Variation selectors make no difference, and the answers show it fully qualified. */
  @IsEmoji()
  emoji: string;
}

export class ReactionRemoveDto extends MessageDto {
  @IsId()
  reactionId: string;
}

/** @example {"messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66", "seq": 7, "createdAt": "2030-05-17T12:00:00.000Z"} */
export interface MessageSent {
  messageId: Uuid;
  seq: number;
  createdAt: Timestamp;
  /** The message was stored before, with the same `tempId`. */
  duplicate?: true;
}

/** @example {"messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66", "seq": 8, "editedAt": "2030-05-17T12:01:00.000Z"} */
export interface MessageEdited {
  messageId: Uuid;
  seq: number;
  editedAt: Timestamp;
}

/** @example {"messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66", "seq": 9, "deletedAt": "2030-05-17T12:02:00.000Z"} */
export interface MessageDeleted {
  messageId: Uuid;
  seq: number;
  deletedAt: Timestamp;
}

/** @example {"reactionId": "6a1f3f1d-5c11-4a53-9a3b-0b9bd1f07a3c", "seq": 10} */
export interface ReactionStored {
  reactionId: Uuid;
  seq: number;
  duplicate?: true;
}

/**
 * The watermark after the command: everything up to `seq` counts as read, or as delivered.
 * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 7}
 */
export interface WatermarkResult {
  conversationId: Uuid;
  seq: number;
}
