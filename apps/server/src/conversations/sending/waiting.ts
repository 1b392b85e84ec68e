/** Messages that wait to be stored: in order within a conversation, and in one batch at a time. */
import { AppError } from '@aeturnis/contracts';
import type { NewMessage, SendOutcome } from '../conversation-log.repository';

export interface Waiting {
  readonly message: NewMessage;
  resolve(outcome: SendOutcome): void;
  reject(error: unknown): void;
}

/** Of one conversation: nobody waits longer for the others than it takes to store so many. */
const MOST_WAITING = 1_000;
const RETRY_AFTER_MS = 1_000;

export class WaitingMessages {
  private readonly queues = new Map<string, Waiting[]>();
  private readonly busy = new Set<string>();

  /** @throws AppError UNAVAILABLE where too many wait already. */
  add(waiting: Waiting): void {
    const { conversationId } = waiting.message;
    const queue = this.queues.get(conversationId);
    if (!queue) this.queues.set(conversationId, [waiting]);
    else if (queue.length < MOST_WAITING) queue.push(waiting);
    else throw new AppError('UNAVAILABLE', 'Too much is said here right now', { retryAfterMs: RETRY_AFTER_MS });
  }

  /** Of conversations that are not busy, which are busy from now on. Under one `tempId` no sender is in a batch twice. */
  take(most: number): Waiting[] {
    const batch: Waiting[] = [];
    for (const [conversationId, queue] of this.queues) {
      if (this.busy.has(conversationId)) continue;
      batch.push(...queue.splice(0, Math.min(most - batch.length, distinct(queue))));
      this.busy.add(conversationId);
      if (queue.length === 0) this.queues.delete(conversationId);
      if (batch.length >= most) break;
    }
    return batch;
  }

  free(conversationIds: Iterable<string>): void {
    for (const conversationId of conversationIds) this.busy.delete(conversationId);
  }
}

/** How many there are before one that may be the same message as one before it. */
function distinct(queue: readonly Waiting[]): number {
  const names = new Set<string>();
  for (const [index, { message }] of queue.entries()) {
    if (message.tempId === null) continue;
    const name = `${message.senderId} ${message.tempId}`;
    if (names.has(name)) return index;
    names.add(name);
  }
  return queue.length;
}
