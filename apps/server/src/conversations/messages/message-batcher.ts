/**
 * Stores messages in batches: messages that wait at the same time share a round trip and a commit. Each call resolves after
 * the commit of its batch. A message that fails for its own reason fails alone.
 */
import { Injectable } from '@nestjs/common';
import { Database, retryableQueryError, runForAllUsers } from '@aeturnis/platform';
import {
  ConversationLogRepository,
  type NewConversationMessage,
  type SendOutcome,
} from '../log/conversation-log.repository';
import { type PendingMessage, PendingMessages } from './pending-messages';

const MESSAGES_PER_BATCH = 64;
/** Below the size of the connection pool, so that other queries get connections too. */
const MAX_CONCURRENT_BATCHES = 4;

@Injectable()
export class MessageBatcher {
  private readonly pending = new PendingMessages();
  private runningBatches = 0;

  constructor(
    private readonly database: Database,
    private readonly log: ConversationLogRepository,
  ) {}

  /** Stores and resolves messages of one conversation in the order of the calls. @throws AppError UNAVAILABLE, TIMEOUT. */
  send(message: NewConversationMessage): Promise<SendOutcome> {
    return new Promise((resolve, reject) => {
      this.pending.add({ message, resolve, reject });
      this.startBatches();
    });
  }

  private startBatches(): void {
    while (this.runningBatches < MAX_CONCURRENT_BATCHES) {
      const batch = this.pending.takeBatch(MESSAGES_PER_BATCH);
      if (batch.length === 0) return;
      this.runningBatches++;
      void runForAllUsers(() => this.storeUncontended(batch)).finally(() => {
        this.runningBatches--;
        this.startBatches();
      });
    }
  }

  /** Stores messages of unlocked conversations at once. Those that another transaction holds are stored separately, after it. */
  private async storeUncontended(batch: readonly PendingMessage[]): Promise<void> {
    const ids = [...new Set(batch.map(conversationOf))];
    const [only, second] = ids;
    if (only !== undefined && second === undefined) return this.storeContended(only, batch);
    let stored = batch;
    await this.storeBatch(batch, async () => {
      const locked = await this.log.lockUncontended(ids);
      stored = batch.filter((pending) => locked.has(conversationOf(pending)));
      return stored;
    });
    const contested = new Set(batch.filter((pending) => !stored.includes(pending)).map(conversationOf));
    this.pending.unlock(ids.filter((id) => !contested.has(id)));
    for (const id of contested)
      void this.storeContended(
        id,
        batch.filter((pending) => conversationOf(pending) === id),
      ).finally(() => this.startBatches());
  }

  private async storeContended(conversationId: string, batch: readonly PendingMessage[]): Promise<void> {
    await this.storeLocked(conversationId, batch);
    this.pending.unlock([conversationId]);
  }

  private storeLocked(conversationId: string, batch: readonly PendingMessage[]): Promise<void> {
    return this.storeBatch(batch, async () => {
      await this.log.lock(conversationId);
      return batch;
    });
  }

  /** `lock` returns the messages to store. If the batch fails for a reason that is not temporary, each is stored alone. */
  private async storeBatch(
    batch: readonly PendingMessage[],
    lock: () => Promise<readonly PendingMessage[]>,
  ): Promise<void> {
    try {
      const stored = await this.database.transaction(async () => {
        const taken = await lock();
        return { taken, outcomes: await this.log.insertMessages(taken.map(({ message }) => message)) };
      });
      for (const [index, outcome] of stored.outcomes.entries()) stored.taken[index]?.resolve(outcome);
    } catch (error) {
      if (batch.length === 1 || retryableQueryError(error)) return reject(batch, error);
      for (const pending of batch) await this.storeLocked(conversationOf(pending), [pending]);
    }
  }
}

const conversationOf = ({ message }: PendingMessage): string => message.conversationId;

function reject(batch: readonly PendingMessage[], error: unknown): void {
  for (const pending of batch) pending.reject(error);
}
