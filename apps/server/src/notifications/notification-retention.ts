/** Deletes expired notifications in batches, on one node of the cluster. Queries leave them out before that. */
import { Injectable } from '@nestjs/common';
import { Database, RetentionJob } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { NotificationsRepository } from './notifications.repository';

const BATCH = 5_000;

@Injectable()
export class NotificationRetention extends RetentionJob {
  constructor(
    database: Database,
    private readonly repository: NotificationsRepository,
    private readonly clock: Clock,
  ) {
    super(database, 'notification', 'one hour');
  }

  override run(batch = BATCH): Promise<number> {
    const now = new Date(this.clock.now());
    return this.deleteInBatches(batch, 'notifications', () => this.repository.deleteExpired(now, batch));
  }
}
