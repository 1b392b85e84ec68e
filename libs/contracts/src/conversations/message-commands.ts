/** Commands for messages of conversations: sending, editing, deleting, watermarks, reactions and typing indicators. */
import { command, typeToken } from '../contract';
import { rate } from '../rate-policy';
import { ConversationDto } from './conversations';
import {
  type MessageDeleted,
  MessageDto,
  type MessageEdited,
  MessageIdsDto,
  MessageSendDto,
  type MessageSent,
  MessageUpdateDto,
  ReactionAddDto,
  ReactionRemoveDto,
  type ReactionStored,
  type WatermarkResult,
} from './messages';

const REACTION_POLICY = rate(30, 60, { scope: 'cluster', fansOut: true });
const CHANGE_POLICY = rate(30, 60, { burst: 10, scope: 'cluster', fansOut: true, tightForGuests: true });
const TYPING_POLICY = rate(1, 2, { excess: 'drop', per: ['conversationId'], fansOut: true });

export const messageCommands = [
  /**
   * Sends a message to a conversation; acknowledged once it is stored.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "content": "See you at the gate", "tempId": "draft-17"}
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   * @http POST /api/messages
   */
  command({
    name: 'message:send',
    payload: MessageSendDto,
    result: typeToken<MessageSent>(),
    policy: rate(30, 60, { burst: 10, scope: 'cluster', fansOut: true }),
  }),
  /**
   * Edits one of the caller's messages; the earlier text is kept.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66",
   *   "content": "See you at the north gate"}
   * @error NOT_FOUND for an unknown conversation or message, and for a deleted message
   * @error NOT_PARTICIPANT for a former member
   * @error FORBIDDEN for the message of another user
   * @http PATCH /api/messages/{id}
   */
  command({
    name: 'message:update',
    payload: MessageUpdateDto,
    result: typeToken<MessageEdited>(),
    policy: CHANGE_POLICY,
  }),
  /**
   * Deletes one of the caller's messages; an admin can delete any message.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66"}
   * @error NOT_FOUND for an unknown conversation or message
   * @error NOT_PARTICIPANT for a former member
   * @error FORBIDDEN for the message of another user, unless the caller is an admin
   * @http DELETE /api/messages/{id}
   */
  command({
    name: 'message:delete',
    payload: MessageDto,
    result: typeToken<MessageDeleted>(),
    policy: CHANGE_POLICY,
  }),
  /**
   * Marks messages, and all earlier ones, as read.
   * @error NOT_FOUND for an unknown conversation, or if none of the messages exists
   * @error NOT_PARTICIPANT for a former member
   */
  command({
    name: 'message:read',
    payload: MessageIdsDto,
    result: typeToken<WatermarkResult>(),
  }),
  /**
   * Marks messages, and all earlier ones, as delivered to a device.
   * @error NOT_FOUND for an unknown conversation, or if none of the messages exists
   * @error NOT_PARTICIPANT for a former member
   */
  command({
    name: 'message:delivered',
    payload: MessageIdsDto,
    result: typeToken<WatermarkResult>(),
  }),
  /**
   * Adds a reaction to a message; each emoji counts once per user, and the number of reactions is limited.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66",
   *   "emoji": "👍"}
   * @error NOT_FOUND for an unknown conversation or message, and for a deleted message
   * @error NOT_PARTICIPANT for a former member
   * @error CONFLICT above ten reactions of one user, 20 different emoji or 2,000 reactions to a message
   */
  command({
    name: 'reaction:add',
    payload: ReactionAddDto,
    result: typeToken<ReactionStored>(),
    policy: REACTION_POLICY,
  }),
  /**
   * Removes one of the caller's reactions.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66",
   *   "reactionId": "6a1f3f1d-5c11-4a53-9a3b-0b9bd1f07a3c"}
   * @result {"seq": 11}
   * @error NOT_FOUND for an unknown conversation, message or reaction
   * @error NOT_PARTICIPANT for a former member
   * @error FORBIDDEN for the reaction of another user
   */
  command({
    name: 'reaction:remove',
    payload: ReactionRemoveDto,
    result: typeToken<{ seq: number }>(),
    policy: REACTION_POLICY,
  }),
  /**
   * Announces that the caller is typing; the indicator expires by itself.
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   */
  command({
    name: 'typing:start',
    payload: ConversationDto,
    result: typeToken<object>(),
    policy: TYPING_POLICY,
    delivery: 'volatile',
  }),
  /**
   * Announces that the caller has stopped typing.
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   */
  command({
    name: 'typing:stop',
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
