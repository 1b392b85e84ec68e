/** A conversation as an application shows it: the messages of the log, then those that are on their way. */
import type { ConversationMemberView, MessageView, ReactionView, UserRef } from '@aeturnis/contracts';
import type { OutboxEntry } from '../outbox/outbox-storage';
import type { ConversationLog } from './conversation-log';

/** `delivered` and `read`: by all other members. */
export type MessageStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

export interface ShownMessage {
  /** Stays the same from the first moment on: for lists that are rendered by key. */
  readonly key: string;
  /** Unknown until the server has stored the message. */
  readonly id: string | undefined;
  readonly senderId: string;
  readonly senderName: string | undefined;
  readonly content: string;
  readonly createdAt: string | undefined;
  readonly isEdited: boolean;
  readonly isDeleted: boolean;
  readonly reactions: readonly ReactionView[];
  readonly isOwn: boolean;
  /** Of own messages. */
  readonly status: MessageStatus | undefined;
  /** Why the server has refused it. */
  readonly failure?: OutboxEntry['failure'];
}

export interface ConversationState {
  readonly id: string;
  /** False until the first page is there. */
  readonly isLoaded: boolean;
  /** False once the user has left, or was removed. */
  readonly isMember: boolean;
  readonly title: string | undefined;
  readonly members: readonly ConversationMemberView[];
  /** Oldest first. */
  readonly messages: readonly ShownMessage[];
  /** Whether there are earlier messages on the server. */
  readonly hasEarlier: boolean;
  readonly typing: readonly UserRef[];
}

export const emptyState = (id: string): ConversationState => ({
  id,
  isLoaded: false,
  isMember: true,
  title: undefined,
  members: [],
  messages: [],
  hasEarlier: false,
  typing: [],
});

export interface OwnMessages {
  readonly userId: string;
  readonly entries: readonly OutboxEntry[];
  /** The `tempId` of the message that is being sent. */
  readonly sending: string | undefined;
}

export function shownMessages(log: ConversationLog, own: OwnMessages): ShownMessage[] {
  const stored = log.ordered();
  const arrived = new Set(stored.filter(({ senderId }) => senderId === own.userId).map(({ tempId }) => tempId));
  const others = [...log.members.values()].filter(({ id }) => id !== own.userId);
  return [
    ...stored.map((message) => fromLog(message, own.userId, others)),
    ...own.entries.filter(({ tempId }) => !arrived.has(tempId)).map((entry) => fromOutbox(entry, own.sending)),
  ];
}

function fromLog(
  { id, seq, senderId, sender, content, createdAt, tempId, editedAt, deletedAt, reactions }: MessageView,
  userId: string,
  others: readonly ConversationMemberView[],
): ShownMessage {
  const isOwn = senderId === userId;
  return {
    key: isOwn && tempId !== undefined ? tempId : id,
    id,
    senderId,
    senderName: sender.name,
    content,
    createdAt,
    isEdited: editedAt !== undefined,
    isDeleted: deletedAt !== undefined,
    reactions,
    isOwn,
    status: isOwn ? statusOf(seq, others) : undefined,
  };
}

function statusOf(seq: number, others: readonly ConversationMemberView[]): MessageStatus {
  if (others.length === 0) return 'sent';
  if (others.every(({ readSeq }) => readSeq >= seq)) return 'read';
  return others.every(({ deliveredSeq, readSeq }) => Math.max(deliveredSeq, readSeq) >= seq) ? 'delivered' : 'sent';
}

function fromOutbox({ tempId, userId, content, failure }: OutboxEntry, sending: string | undefined): ShownMessage {
  return {
    key: tempId,
    id: undefined,
    senderId: userId,
    senderName: undefined,
    content,
    createdAt: undefined,
    isEdited: false,
    isDeleted: false,
    reactions: [],
    isOwn: true,
    status: failure ? 'failed' : tempId === sending ? 'sending' : 'queued',
    ...(failure && { failure }),
  };
}
