/** Queues of messages to store: first in, first out per conversation, with at most one batch per conversation at a time. */
import { AppError } from '@aeturnis/contracts';
import type { NewConversationMessage, SendOutcome } from '../log/conversation-log.repository';

export interface PendingMessage {
  readonly message: NewConversationMessage;
  resolve(outcome: SendOutcome): void;
  reject(error: unknown): void;
}

/** Most waiting messages per conversation. Bounds the wait to the time that storing this many takes. */
const MAX_PENDING = 1_000;
const RETRY_AFTER_MS = 1_000;

export class PendingMessages {
  private readonly queues = new Map<string, PendingMessage[]>();
  private readonly lockedConversations = new Set<string>();

  /** @throws AppError UNAVAILABLE if the queue of the conversation is full. */
  add(pending: PendingMessage): void {
    const { conversationId } = pending.message;
    const queue = this.queues.get(conversationId);
    if (!queue) this.queues.set(conversationId, [pending]);
    else if (queue.length < MAX_PENDING) queue.push(pending);
    else throw new AppError('UNAVAILABLE', 'Too many messages wait; retry later', { retryAfterMs: RETRY_AFTER_MS });
  }

  /** Takes messages of unlocked conversations and locks these. No sender and `tempId` of a conversation is in a batch twice. */
  takeBatch(maxMessages: number): PendingMessage[] {
    const batch: PendingMessage[] = [];
    for (const [conversationId, queue] of this.queues) {
      if (this.lockedConversations.has(conversationId)) continue;
      batch.push(...queue.splice(0, Math.min(maxMessages - batch.length, distinctPrefixLength(queue))));
      this.lockedConversations.add(conversationId);
      if (queue.length === 0) this.queues.delete(conversationId);
      if (batch.length >= maxMessages) break;
    }
    return batch;
  }

  unlock(conversationIds: Iterable<string>): void {
    for (const conversationId of conversationIds) this.lockedConversations.delete(conversationId);
  }
}

/** The length of the prefix without a repeated sender and `tempId`. */
function distinctPrefixLength(queue: readonly PendingMessage[]): number {
  const dedupKeys = new Set<string>();
  for (const [index, { message }] of queue.entries()) {
    if (message.tempId === null) continue;
    const dedupKey = `${message.senderId} ${message.tempId}`;
    if (dedupKeys.has(dedupKey)) return index;
    dedupKeys.add(dedupKey);
  }
  return queue.length;
}
