/** Deletes messages that are older than ninety days, a little at a time, on one node of the cluster. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, inBackground } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { ChatRepository } from './chat.repository';

const DAY_MS = 86_400_000;
export const CHAT_RETENTION_MS = 90 * DAY_MS;
const BATCH = 5_000;

@Injectable()
export class ChatRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ChatRetention.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly repository: ChatRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    const failed = (error: unknown): void =>
      this.logger.warn({ message: 'old messages are not deleted; tried again tomorrow', error });
    this.timer = setInterval(() => void inBackground('retention', () => this.run()).catch(failed), DAY_MS).unref();
    // A server that is restarted every day must come to it as well.
    this.database.whenReady(() => inBackground('retention', () => this.run()), failed);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Each batch is a transaction of its own, so that nobody waits long for its locks. Answers how many are gone. */
  async run(batch = BATCH): Promise<number> {
    const cutoff = new Date(this.clock.now() - CHAT_RETENTION_MS);
    let total = 0;
    for (let deleted = batch; deleted === batch; total += deleted) {
      deleted = await this.database.transaction(() => this.repository.deleteOldest(cutoff, batch));
    }
    if (total > 0) this.logger.log({ message: 'old messages deleted', count: total });
    return total;
  }
}
