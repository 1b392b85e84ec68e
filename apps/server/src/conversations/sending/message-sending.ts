/**
 * Stores messages, several in one transaction where several wait: what is said in a busy conversation, or in many, shares
 * the way to the database and the commit. Each settles after the commit that it is in, and fails alone.
 */
import { Injectable } from '@nestjs/common';
import { Database, databaseError, forEverybody } from '@aeturnis/platform';
import { ConversationLogRepository, type NewMessage, type SendOutcome } from '../conversation-log.repository';
import { type Waiting, WaitingMessages } from './waiting';

const BATCH = 64;
/** Fewer than there are connections: the rest is for everything else. */
const BATCHES_AT_ONCE = 4;

@Injectable()
export class MessageSending {
  private readonly waiting = new WaitingMessages();
  private running = 0;

  constructor(
    private readonly database: Database,
    private readonly log: ConversationLogRepository,
  ) {}

  /** Messages of one conversation are stored, and settle, in the order of the calls. @throws AppError UNAVAILABLE, TIMEOUT. */
  send(message: NewMessage): Promise<SendOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.add({ message, resolve, reject });
      this.begin();
    });
  }

  private begin(): void {
    while (this.running < BATCHES_AT_ONCE) {
      const batch = this.waiting.take(BATCH);
      if (batch.length === 0) return;
      this.running++;
      void forEverybody(() => this.storeFree(batch)).finally(() => {
        this.running--;
        this.begin();
      });
    }
  }

  /** No conversation waits for another that somebody else is changing: such ones are waited for by themselves. */
  private async storeFree(batch: readonly Waiting[]): Promise<void> {
    const ids = [...new Set(batch.map(conversationOf))];
    const [only, second] = ids;
    if (only !== undefined && second === undefined) return this.storeIn(only, batch);
    let taken = batch;
    await this.settle(batch, async () => {
      const free = await this.log.lockFree(ids);
      taken = batch.filter((each) => free.has(conversationOf(each)));
      return taken;
    });
    const contested = new Set(batch.filter((each) => !taken.includes(each)).map(conversationOf));
    this.waiting.free(ids.filter((id) => !contested.has(id)));
    for (const id of contested)
      void this.storeIn(
        id,
        batch.filter((each) => conversationOf(each) === id),
      ).finally(() => this.begin());
  }

  private async storeIn(conversationId: string, batch: readonly Waiting[]): Promise<void> {
    await this.settle(batch, async () => {
      await this.log.lock(conversationId);
      return batch;
    });
    this.waiting.free([conversationId]);
  }

  /** `lock` answers which of them can be stored. Where one cannot for its own sake, each is tried alone. */
  private async settle(batch: readonly Waiting[], lock: () => Promise<readonly Waiting[]>): Promise<void> {
    try {
      const stored = await this.database.transaction(async () => {
        const taken = await lock();
        return { taken, outcomes: await this.log.send(taken.map(({ message }) => message)) };
      });
      for (const [index, outcome] of stored.outcomes.entries()) stored.taken[index]?.resolve(outcome);
    } catch (error) {
      if (batch.length === 1 || databaseError(error)) return reject(batch, error);
      for (const each of batch) await this.storeAlone(each);
    }
  }

  private storeAlone(one: Waiting): Promise<void> {
    return this.settle([one], async () => {
      await this.log.lock(conversationOf(one));
      return [one];
    });
  }
}

const conversationOf = ({ message }: Waiting): string => message.conversationId;

function reject(batch: readonly Waiting[], error: unknown): void {
  for (const each of batch) each.reject(error);
}
