/** Bounds of how long rows stay in PostgreSQL. */
import { globalBound, type GlobalBound, serverConstant } from './global-bound';

export const ROW_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'messages on channels and whispers',
    '90 days',
    [serverConstant('chat/chat-retention.ts', 'CHAT_RETENTION_MS', '90 * DAY_MS')],
    'it is deleted',
  ),
  globalBound(
    'the log of a conversation',
    'while it has members and for 30 days, at the rate of its members',
    [
      serverConstant(
        'conversations/retention/conversation-retention.ts',
        'EMPTY_CONVERSATION_RETENTION_MS',
        '30 * DAY_MS',
      ),
    ],
    'it is deleted; for the rate see [limits](limits.md)',
  ),
  globalBound(
    'a membership of a conversation that has ended',
    '90 days',
    [serverConstant('conversations/retention/conversation-retention.ts', 'FORMER_MEMBER_RETENTION_MS', '90 * DAY_MS')],
    'it is deleted',
  ),
  globalBound(
    'notifications of one conversation that are stored',
    '200 a second, where there are more than 100 at once',
    [serverConstant('conversations/notices/notice-batches.ts', 'NOTICES_PER_SECOND', '200')],
    'later messages are part of the next notifications',
  ),
  globalBound(
    'notes of administrators about a user',
    '1,000, until the account is deleted',
    [serverConstant('admin/users/user-notes.service.ts', 'MAX_NOTES', '1_000')],
    'a further note is refused with CONFLICT',
  ),
  globalBound('the audit log of administrators', 'forever', [], 'only administrators add to it'),
];
