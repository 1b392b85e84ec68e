/** What stays in PostgreSQL for long, and for how long. */
import { bound, type GlobalBound, server } from './global-bound';

export const OF_ROWS: readonly GlobalBound[] = [
  bound(
    'what was said on channels and whispered',
    '90 days',
    [server('chat/chat-retention.ts', 'CHAT_RETENTION_MS', '90 * DAY_MS')],
    'it is deleted',
  ),
  bound(
    'the log of a conversation',
    'while somebody is in it and for 30 days, at the rate of its members',
    [server('conversations/conversation-retention.ts', 'ENDED_RETENTION_MS', '30 * DAY_MS')],
    'it is deleted; for the rate see [limits](limits.md)',
  ),
  bound(
    'a membership of a conversation that has ended',
    '90 days',
    [server('conversations/conversation-retention.ts', 'FORMER_RETENTION_MS', '90 * DAY_MS')],
    'it is deleted',
  ),
  bound(
    'notifications of one conversation that are stored',
    '200 a second, where there are more than 100 at once',
    [server('conversations/notices/notice-batches.ts', 'NOTICES_PER_SECOND', '200')],
    'what is said meanwhile is in the next ones',
  ),
  bound('the record of what administrators did', 'for good', [], 'only administrators add to it'),
];
