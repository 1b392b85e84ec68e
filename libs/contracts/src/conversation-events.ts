/** What the members of a conversation are told. */
import { event, returns } from './contract';
import type { ConversationPresence, LogEventPayload, LogEventType, UserRef } from './conversation-views';
import type { ErrorCode } from './error-catalogue';

const entry = <const Type extends LogEventType>(type: Type, traits?: { confirmed: boolean }) =>
  event(type, 'recoverable', returns<LogEventPayload<Type>>(), traits);

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
    returns<{
      conversationId: string;
      /** Those named by the reader; everything up to `seq` is read. */
      messageIds: string[];
      seq: number;
      readBy: string;
      readAt: string;
    }>(),
  ),
  event(
    'message:delivered',
    'recoverable',
    returns<{ messageId: string; conversationId: string; seq: number; deliveredTo: string[]; deliveredAt: string }>(),
  ),
  event('conversation:muted', 'recoverable', returns<{ conversationId: string; muted: boolean }>()),
  event('conversation:joined', 'reply', returns<{ conversationId: string; participantCount: number }>()),
  event('conversation:join:error', 'reply', returns<{ conversationId: string; message: string; code: ErrorCode }>()),
  event('conversation:left', 'reply', returns<{ conversationId: string }>()),
  event('presence:response', 'reply', returns<ConversationPresence>()),
  event(
    'user:online',
    'recoverable',
    returns<{ conversationId: string; userId: string; user: UserRef; timestamp: number }>(),
  ),
  event(
    'user:offline',
    'recoverable',
    returns<{ conversationId: string; userId: string; timestamp: number; lastSeenAt: string }>(),
  ),
  event(
    'typing:user:start',
    'volatile',
    returns<{ conversationId: string; userId: string; user: UserRef; expiresInMs: number }>(),
  ),
  event('typing:user:stop', 'volatile', returns<{ conversationId: string; userId: string }>()),
] as const;
