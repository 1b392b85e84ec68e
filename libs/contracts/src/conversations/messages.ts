/** Commands for messages of conversations: sending, editing, deleting, watermarks, reactions and typing indicators. */
import { IsOptional, Matches } from 'class-validator';
import { command, typeToken } from '../contract';
import { ConversationDto } from './conversations';
import { IsEmoji } from '../validation/emoji';
import { IsId, IsIdList } from '../validation/ids';
import { rate } from '../rate-policy';
import { IsPlayerText } from '../validation/text';

const MAX_CONTENT = 10_000;
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

export interface MessageSent {
  messageId: string;
  seq: number;
  createdAt: string;
  /** The message was stored before, with the same `tempId`. */
  duplicate?: true;
}

export interface MessageEdited {
  messageId: string;
  seq: number;
  editedAt: string;
}

export interface MessageDeleted {
  messageId: string;
  seq: number;
  deletedAt: string;
}

export interface ReactionStored {
  reactionId: string;
  seq: number;
  duplicate?: true;
}

/** The watermark after the command: everything up to `seq` counts as read, or as delivered. */
export interface WatermarkResult {
  conversationId: string;
  seq: number;
}

const REACTION_POLICY = rate(30, 60, { scope: 'cluster', fansOut: true });
const CHANGE_POLICY = rate(30, 60, { burst: 10, scope: 'cluster', fansOut: true, tightForGuests: true });
const TYPING_POLICY = rate(1, 2, { excess: 'drop', per: ['conversationId'], fansOut: true });

export const messageCommands = [
  command({
    name: 'message:send',
    summary: 'Sends a message to a conversation; acknowledged once it is stored.',
    payload: MessageSendDto,
    result: typeToken<MessageSent>(),
    policy: rate(30, 60, { burst: 10, scope: 'cluster', fansOut: true }),
  }),
  command({
    name: 'message:update',
    summary: "Edits one of the caller's messages; the earlier text is kept.",
    payload: MessageUpdateDto,
    result: typeToken<MessageEdited>(),
    policy: CHANGE_POLICY,
  }),
  command({
    name: 'message:delete',
    summary: "Deletes one of the caller's messages; an admin can delete any message.",
    payload: MessageDto,
    result: typeToken<MessageDeleted>(),
    policy: CHANGE_POLICY,
  }),
  command({
    name: 'message:read',
    summary: 'Marks messages, and all earlier ones, as read.',
    payload: MessageIdsDto,
    result: typeToken<WatermarkResult>(),
  }),
  command({
    name: 'message:delivered',
    summary: 'Marks messages, and all earlier ones, as delivered to a device.',
    payload: MessageIdsDto,
    result: typeToken<WatermarkResult>(),
  }),
  command({
    name: 'reaction:add',
    summary: 'Adds a reaction to a message; each emoji counts once per user, and the number of reactions is limited.',
    payload: ReactionAddDto,
    result: typeToken<ReactionStored>(),
    policy: REACTION_POLICY,
  }),
  command({
    name: 'reaction:remove',
    summary: "Removes one of the caller's reactions.",
    payload: ReactionRemoveDto,
    result: typeToken<{ seq: number }>(),
    policy: REACTION_POLICY,
  }),
  command({
    name: 'typing:start',
    summary: 'Announces that the caller is typing; the indicator expires by itself.',
    payload: ConversationDto,
    result: typeToken<object>(),
    policy: TYPING_POLICY,
    delivery: 'volatile',
  }),
  command({
    name: 'typing:stop',
    summary: 'Announces that the caller has stopped typing.',
    payload: ConversationDto,
    result: typeToken<object>(),
    policy: TYPING_POLICY,
    delivery: 'volatile',
  }),
] as const;

export const [
  MessageSend,
  MessageUpdate,
  MessageDelete,
  MessageRead,
  MessageDelivered,
  ReactionAdd,
  ReactionRemove,
  TypingStart,
  TypingStop,
] = messageCommands;
