/** Deletes chat messages older than ninety days in batches, on one node of the cluster. */
import { Injectable } from '@nestjs/common';
import { Database, RetentionJob } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { ChatRepository } from './chat.repository';

const DAY_MS = 86_400_000;
export const CHAT_RETENTION_MS = 90 * DAY_MS;
const BATCH = 5_000;

@Injectable()
export class ChatRetention extends RetentionJob {
  constructor(
    database: Database,
    private readonly repository: ChatRepository,
    private readonly clock: Clock,
  ) {
    super(database, 'chat', 'one day');
  }

  override run(batch = BATCH): Promise<number> {
    const cutoff = new Date(this.clock.now() - CHAT_RETENTION_MS);
    return this.deleteInBatches(batch, 'chat messages', () => this.repository.deleteOldest(cutoff, batch));
  }
}
