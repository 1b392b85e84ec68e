/** The events of conversations that are no log entries: receipts, settings, open conversations and typing indicators. */
import { event, typeToken } from '../contract';
import type { ErrorCode } from '../errors/error-catalogue';
import type { ConversationPresence, UserRef } from './conversation-views';
import type { Timestamp, Uuid } from '../wire-formats';

export const activityEvents = [
  /**
   * A member has read messages: everything up to `seq`.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "messageIds": ["1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66"],
   *   "seq": 7, "readBy": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "readAt": "2030-05-17T12:00:05.000Z"}
   * @receivers All connections of the reader and, up to 100 members, of the authors of the messages who are still members,
   *   unless there is a block between author and reader.
   */
  event(
    'message:read:receipt',
    'recoverable',
    typeToken<{
      conversationId: Uuid;
      /** Of the messages that the reader named: to the reader all, to an author the own ones. */
      messageIds: Uuid[];
      seq: number;
      readBy: Uuid;
      readAt: Timestamp;
    }>(),
  ),
  /**
   * A message has reached devices of other members.
   * @example {"messageId": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66", "conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11",
   *   "seq": 7, "deliveredTo": ["5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"], "deliveredAt": "2030-05-17T12:00:01.000Z"}
   * @receivers All connections of the author, in a conversation of up to 100 members.
   */
  event(
    'message:delivered',
    'recoverable',
    typeToken<{ messageId: Uuid; conversationId: Uuid; seq: number; deliveredTo: Uuid[]; deliveredAt: Timestamp }>(),
  ),
  /**
   * The user has turned the notifications of a conversation off or on again.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "muted": true}
   * @receivers All connections of the user.
   */
  event('conversation:muted', 'recoverable', typeToken<{ conversationId: Uuid; muted: boolean }>()),
  /**
   * A `conversation:join` has succeeded.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "participantCount": 2}
   * @receivers The connection that sent the command, also if it requested an ack.
   */
  event('conversation:joined', 'reply', typeToken<{ conversationId: Uuid; participantCount: number }>()),
  /**
   * A `conversation:join` was refused.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "message": "There is no such conversation",
   *   "code": "NOT_FOUND"}
   * @receivers The connection that sent the command, also if it requested an ack.
   */
  event('conversation:join:error', 'reply', typeToken<{ conversationId: string; message: string; code: ErrorCode }>()),
  /**
   * A `conversation:leave` has succeeded.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11"}
   * @receivers The connection that sent the command, also if it requested an ack.
   */
  event('conversation:left', 'reply', typeToken<{ conversationId: Uuid }>()),
  /**
   * The answer to `presence:request`.
   * @receivers The connection that sent the command, also if it requested an ack.
   */
  event('presence:response', 'reply', typeToken<ConversationPresence>()),
  /**
   * A member has opened the conversation.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31",
   *   "user": {"id": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben"}, "timestamp": 1905249600000}
   * @receivers All connections of the other members, unless there is a block between both users; nothing is sent for
   *   invisible users.
   */
  event(
    'user:online',
    'recoverable',
    typeToken<{ conversationId: Uuid; userId: Uuid; user: UserRef; timestamp: number }>(),
  ),
  /**
   * A member has closed the conversation, or has lost the last connection that had it open.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31",
   *   "timestamp": 1905249600000, "lastSeenAt": "2030-05-17T12:00:00.000Z"}
   * @receivers As of `user:online`.
   */
  event(
    'user:offline',
    'recoverable',
    typeToken<{ conversationId: Uuid; userId: Uuid; timestamp: number; lastSeenAt: Timestamp }>(),
  ),
  /**
   * A member is typing; without a further event, the indicator ends after `expiresInMs`.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31",
   *   "user": {"id": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben"}, "expiresInMs": 6000}
   * @receivers All connections of the other members, except users who block the typing one.
   */
  event(
    'typing:user:start',
    'volatile',
    typeToken<{ conversationId: Uuid; userId: Uuid; user: UserRef; expiresInMs: number }>(),
  ),
  /**
   * A member has stopped typing.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"}
   * @receivers As of `typing:user:start`.
   */
  event('typing:user:stop', 'volatile', typeToken<{ conversationId: Uuid; userId: Uuid }>()),
] as const;
