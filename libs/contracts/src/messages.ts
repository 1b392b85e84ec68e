/** Messages of conversations: sending, changing, reading them, reacting to them, and the sign that one is being written. */
import { IsOptional, Matches } from 'class-validator';
import { command, returns } from './contract';
import { ConversationDto } from './conversations';
import { IsEmoji } from './emoji';
import { IsId, IsIdList } from './ids';
import { rate } from './rate-policy';
import { IsPlayerText } from './text';

const MAX_CONTENT = 10_000;
/** Of one message: different emoji, reactions in all, and reactions of one user. One more answers CONFLICT. */
export const MAX_REACTION_EMOJI = 20;
export const MAX_REACTIONS = 2_000;
export const MAX_OWN_REACTIONS = 10;
/** A message with more of them shows these, those of the reader, and how many there are of each emoji. */
export const MAX_SHOWN_REACTIONS = 50;
/** Text of one page of messages, in bytes of UTF-8; the message that passes it is the last one of the page. */
export const MAX_PAGE_BYTES = 256 * 1024;
/** Printable ASCII: what is stored and compared must be what was sent. */
const TEMP_ID = /^[\x20-\x7e]{1,128}$/;
const CONTENT = { max: MAX_CONTENT, lines: MAX_CONTENT };

export class MessageSendDto extends ConversationDto {
  @IsPlayerText(CONTENT)
  content: string;

  /** The client's own name for the message. Sent again under it, the message is stored once and answered as it was. */
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
  /** One emoji. With and without variation selectors it is the same one, and the answers show it fully qualified. */
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
  /** The message had been stored before, under the same `tempId`. */
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

/** The watermark afterwards: everything up to there counts as read, or as delivered. */
export interface Marked {
  conversationId: string;
  seq: number;
}

const REACTIONS = rate(30, 60, { scope: 'cluster', fansOut: true });
const CHANGE = rate(30, 60, { burst: 10, scope: 'cluster', fansOut: true, tightForGuests: true });
const TYPING = rate(1, 2, { excess: 'drop', per: ['conversationId'], fansOut: true });

export const messageCommands = [
  command({
    name: 'message:send',
    summary: 'Says something in a conversation; acked once it is stored.',
    payload: MessageSendDto,
    result: returns<MessageSent>(),
    policy: rate(30, 60, { burst: 10, scope: 'cluster', fansOut: true }),
  }),
  command({
    name: 'message:update',
    summary: 'Changes an own message; what it said before is kept.',
    payload: MessageUpdateDto,
    result: returns<MessageEdited>(),
    policy: CHANGE,
  }),
  command({
    name: 'message:delete',
    summary: 'Takes back an own message, or as an admin anybody’s.',
    payload: MessageDto,
    result: returns<MessageDeleted>(),
    policy: CHANGE,
  }),
  command({
    name: 'message:read',
    summary: 'Tells that messages have been read, and with them all before.',
    payload: MessageIdsDto,
    result: returns<Marked>(),
  }),
  command({
    name: 'message:delivered',
    summary: 'Tells that messages have reached a device, and with them all before.',
    payload: MessageIdsDto,
    result: returns<Marked>(),
  }),
  command({
    name: 'reaction:add',
    summary: 'Reacts to a message; each emoji counts once per user, and their number is bounded.',
    payload: ReactionAddDto,
    result: returns<ReactionStored>(),
    policy: REACTIONS,
  }),
  command({
    name: 'reaction:remove',
    summary: 'Takes back an own reaction.',
    payload: ReactionRemoveDto,
    result: returns<{ seq: number }>(),
    policy: REACTIONS,
  }),
  command({
    name: 'typing:start',
    summary: 'Tells that one is writing; ends by itself.',
    payload: ConversationDto,
    result: returns<object>(),
    policy: TYPING,
    delivery: 'volatile',
  }),
  command({
    name: 'typing:stop',
    summary: 'Tells that one has stopped writing.',
    payload: ConversationDto,
    result: returns<object>(),
    policy: TYPING,
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
