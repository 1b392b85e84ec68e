/** The events that the members of a conversation receive. */
import { event, typeToken } from '../contract';
import type { ConversationPresence, LogEventPayload, LogEventType, UserRef } from './conversation-views';
import type { ErrorCode } from '../errors/error-catalogue';

const entry = <const Type extends LogEventType>(type: Type, traits?: { confirmed: boolean }) =>
  event(type, 'recoverable', typeToken<LogEventPayload<Type>>(), traits);

export const conversationEvents = [
  entry('message:new', { confirmed: true }),
  entry('message:updated'),
  entry('message:deleted'),
  entry('reaction:added'),
  entry('reaction:removed'),
  entry('conversation:created'),
  entry('conversation:updated'),
  entry('conversation:member_added'),
  entry('conversation:member_removed'),
  entry('conversation:role_changed'),
  event(
    'message:read:receipt',
    'recoverable',
    typeToken<{
      conversationId: string;
      /** The messages that the reader named; everything up to `seq` is read. */
      messageIds: string[];
      seq: number;
      readBy: string;
      readAt: string;
    }>(),
  ),
  event(
    'message:delivered',
    'recoverable',
    typeToken<{ messageId: string; conversationId: string; seq: number; deliveredTo: string[]; deliveredAt: string }>(),
  ),
  event('conversation:muted', 'recoverable', typeToken<{ conversationId: string; muted: boolean }>()),
  event('conversation:joined', 'reply', typeToken<{ conversationId: string; participantCount: number }>()),
  event('conversation:join:error', 'reply', typeToken<{ conversationId: string; message: string; code: ErrorCode }>()),
  event('conversation:left', 'reply', typeToken<{ conversationId: string }>()),
  event('presence:response', 'reply', typeToken<ConversationPresence>()),
  event(
    'user:online',
    'recoverable',
    typeToken<{ conversationId: string; userId: string; user: UserRef; timestamp: number }>(),
  ),
  event(
    'user:offline',
    'recoverable',
    typeToken<{ conversationId: string; userId: string; timestamp: number; lastSeenAt: string }>(),
  ),
  event(
    'typing:user:start',
    'volatile',
    typeToken<{ conversationId: string; userId: string; user: UserRef; expiresInMs: number }>(),
  ),
  event('typing:user:stop', 'volatile', typeToken<{ conversationId: string; userId: string }>()),
] as const;
