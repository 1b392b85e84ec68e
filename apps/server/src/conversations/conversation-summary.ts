/** A conversation as one of its members sees it in a list. */
import type { ConversationSummary } from '@aeturnis/contracts';
import type { OwnConversation } from './conversations.repository';
import { user } from './log-events';

/** `names` by user, of the other sides of direct conversations. */
export function summaryOf(
  own: OwnConversation,
  viewerId: string,
  names: ReadonlyMap<string, string>,
): ConversationSummary {
  const { id, kind, title, pair, createdAt, lastMessageAt, head, role, readSeq, deliveredSeq, unread, muted } = own;
  const other = pair?.split(':').find((userId) => userId !== viewerId);
  return {
    id,
    kind,
    ...(title === null ? {} : { title }),
    ...(other === undefined ? {} : { with: user(other, names) }),
    createdAt: createdAt.toISOString(),
    ...(lastMessageAt && { lastMessageAt: lastMessageAt.toISOString() }),
    head,
    role,
    readSeq,
    deliveredSeq,
    unread,
    muted,
  };
}
