/** Deletes notifications that have expired, a little at a time, on one node of the cluster. Nobody sees them before. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, inBackground } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { NotificationsRepository } from './notifications.repository';

const HOUR_MS = 3_600_000;
const BATCH = 5_000;

@Injectable()
export class NotificationRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(NotificationRetention.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly repository: NotificationsRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    const failed = (error: unknown): void =>
      this.logger.warn({ message: 'expired notifications are not deleted; tried again in an hour', error });
    this.timer = setInterval(() => void inBackground('retention', () => this.run()).catch(failed), HOUR_MS).unref();
    // A server that is restarted every hour must come to it as well.
    this.database.whenReady(() => inBackground('retention', () => this.run()), failed);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Each batch is a transaction of its own, so that nobody waits long for its locks. Answers how many are gone. */
  async run(batch = BATCH): Promise<number> {
    const now = new Date(this.clock.now());
    let total = 0;
    for (let deleted = batch; deleted === batch; total += deleted) {
      deleted = await this.database.transaction(() => this.repository.deleteExpired(now, batch));
    }
    if (total > 0) this.logger.log({ message: 'expired notifications deleted', count: total });
    return total;
  }
}
