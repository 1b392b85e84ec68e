/** The entries of a conversation's log, as its members receive them. */
import { event, typeToken } from '../contract';
import type { LogEventPayload, LogEventType } from './conversation-views';

const entry = <const Type extends LogEventType>(type: Type, traits?: { confirmed: boolean }) =>
  event(type, 'recoverable', typeToken<LogEventPayload<Type>>(), traits);

export const conversationEvents = [
  /**
   * A message was sent.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 7, "id": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66",
   *   "senderId": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11",
   *   "sender": {"id": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "name": "Anna"}, "content": "See you at the gate",
   *   "createdAt": "2030-05-17T12:00:00.000Z", "tempId": "draft-17"}
   * @receivers All connections of all members, the author's included. A member who blocks the author gets the hidden form in a
   *   group, and nothing in a direct conversation.
   */
  entry('message:new', { confirmed: true }),
  /**
   * A message was edited.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 8, "id": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66",
   *   "content": "See you at the north gate", "editedAt": "2030-05-17T12:01:00.000Z"}
   * @receivers As of `message:new`.
   */
  entry('message:updated'),
  /**
   * A message was deleted.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 9, "id": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66",
   *   "deletedAt": "2030-05-17T12:02:00.000Z", "deletedBy": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11"}
   * @receivers All connections of all members.
   */
  entry('message:deleted'),
  /**
   * A user has reacted to a message.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 10, "id": "6a1f3f1d-5c11-4a53-9a3b-0b9bd1f07a3c",
   *   "messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66", "emoji": "👍",
   *   "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31",
   *   "user": {"id": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben"}, "createdAt": "2030-05-17T12:03:00.000Z"}
   * @receivers As of `message:new`, with the reacting user in the place of the author.
   */
  entry('reaction:added'),
  /**
   * A user has removed a reaction.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 11, "id": "6a1f3f1d-5c11-4a53-9a3b-0b9bd1f07a3c",
   *   "messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66", "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"}
   * @receivers As of `message:new`, with the reacting user in the place of the author.
   */
  entry('reaction:removed'),
  /**
   * A conversation was created; the first entry of its log.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 1, "kind": "group", "title": "Raid on Tuesday",
   *   "members": [{"id": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "name": "Anna", "role": "admin"},
   *   {"id": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben", "role": "member"}],
   *   "createdBy": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "createdAt": "2030-05-17T12:00:00.000Z"}
   * @receivers All connections of the first members, to whom the conversation is visible.
   */
  entry('conversation:created'),
  /**
   * A group has another title.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 12, "title": "Raid on Wednesday",
   *   "updatedBy": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "updatedAt": "2030-05-17T12:04:00.000Z"}
   * @receivers All connections of all members.
   */
  entry('conversation:updated'),
  /**
   * Users were added to a group.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 13,
   *   "members": [{"id": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben", "role": "member"}],
   *   "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31",
   *   "user": {"id": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben"}, "role": "member",
   *   "addedBy": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "addedAt": "2030-05-17T12:05:00.000Z"}
   * @receivers All connections of all members, the new ones included.
   */
  entry('conversation:member_added'),
  /**
   * A member was removed from a group, or has quit.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 14,
   *   "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "removedBy": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11",
   *   "removedAt": "2030-05-17T12:06:00.000Z"}
   * @receivers All connections of all members, the removed one included.
   */
  entry('conversation:member_removed'),
  /**
   * A member has another role.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 15,
   *   "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "role": "admin",
   *   "changedBy": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "changedAt": "2030-05-17T12:07:00.000Z"}
   * @receivers All connections of all members.
   */
  entry('conversation:role_changed'),
] as const;
