/**
 * Deletes conversations without members, and memberships that ended long ago. Runs once a day on one node of the cluster,
 * over all conversations in batches, each in a transaction of its own.
 */
import { Injectable } from '@nestjs/common';
import { Database, RetentionJob } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { ConversationRetentionRepository } from './conversation-retention.repository';

const DAY_MS = 86_400_000;
/** How long a former member can read the entries up to the departure. */
export const FORMER_MEMBER_RETENTION_MS = 90 * DAY_MS;
/** Counted from the last entry of a conversation without members. */
export const EMPTY_CONVERSATION_RETENTION_MS = 30 * DAY_MS;
const CONVERSATIONS_PER_BATCH = 100;
const ROWS_PER_BATCH = 1_000;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class ConversationRetention extends RetentionJob {
  constructor(
    database: Database,
    private readonly repository: ConversationRetentionRepository,
    private readonly clock: Clock,
  ) {
    super(database, 'conversation', 'one day');
  }

  /** @returns the number of deleted conversations. */
  override async run(conversationsPerBatch = CONVERSATIONS_PER_BATCH, rowsPerBatch = ROWS_PER_BATCH): Promise<number> {
    let removed = 0;
    for (let after = LOWEST_ID; !this.isStopped;) {
      const ids = await this.database.transaction(() =>
        this.repository.nextConversations(after, conversationsPerBatch),
      );
      const last = ids.at(-1);
      if (last === undefined) break;
      removed += await this.sweepBatch(ids, rowsPerBatch);
      after = last;
    }
    if (removed > 0) this.logger.log({ message: 'conversations without members deleted', count: removed });
    return removed;
  }

  private async sweepBatch(ids: readonly string[], rowsPerBatch: number): Promise<number> {
    const now = this.clock.now();
    const formerCutoff = new Date(now - FORMER_MEMBER_RETENTION_MS);
    for (let count = rowsPerBatch; count === rowsPerBatch && !this.isStopped;)
      count = await this.repository.deleteFormerMemberships(ids, formerCutoff, rowsPerBatch);
    let removed = 0;
    for (const id of await this.repository.findEmptySince(ids, new Date(now - EMPTY_CONVERSATION_RETENTION_MS))) {
      if (!(await this.database.transaction(() => this.repository.closeEmpty(id)))) continue;
      while (!this.isStopped && (await this.database.transaction(() => this.repository.deleteSome(id, rowsPerBatch))));
      removed++;
    }
    return removed;
  }
}
