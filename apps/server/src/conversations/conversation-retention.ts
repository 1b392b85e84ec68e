/**
 * Once a day, on one node of the cluster: deletes conversations that nobody is in any more, and memberships that ended long
 * ago. It looks through all conversations, a few at a time, each few in a transaction of its own.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, inBackground } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { RetentionRepository } from './retention.repository';

const DAY_MS = 86_400_000;
/** Whoever has gone may ask so long what there was until then. */
export const FORMER_RETENTION_MS = 90 * DAY_MS;
/** From the last entry of a conversation that nobody is in. */
export const ENDED_RETENTION_MS = 30 * DAY_MS;
const CONVERSATIONS = 100;
const ROWS = 1_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class ConversationRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ConversationRetention.name);
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly repository: RetentionRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    const failed = (error: unknown): void =>
      this.logger.warn({ message: 'ended conversations are not deleted; tried again tomorrow', error });
    this.timer = setInterval(() => void inBackground('retention', () => this.run()).catch(failed), DAY_MS).unref();
    // A server that is restarted every day must come to it as well.
    this.database.whenReady(() => inBackground('retention', () => this.run()), failed);
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** @returns how many conversations are gone. */
  async run(conversations = CONVERSATIONS, rows = ROWS): Promise<number> {
    let removed = 0;
    for (let after = FIRST; !this.stopped;) {
      const ids = await this.database.transaction(() => this.repository.next(after, conversations));
      const last = ids.at(-1);
      if (last === undefined) break;
      removed += await this.sweep(ids, rows);
      after = last;
    }
    if (removed > 0) this.logger.log({ message: 'ended conversations deleted', count: removed });
    return removed;
  }

  private async sweep(ids: readonly string[], rows: number): Promise<number> {
    const now = this.clock.now();
    const former = new Date(now - FORMER_RETENTION_MS);
    for (let count = rows; count === rows && !this.stopped;)
      count = await this.repository.removeFormer(ids, former, rows);
    let removed = 0;
    for (const id of await this.repository.ended(ids, new Date(now - ENDED_RETENTION_MS))) {
      if (!(await this.database.transaction(() => this.repository.close(id)))) continue;
      while (!this.stopped && (await this.database.transaction(() => this.repository.removeSome(id, rows))));
      removed++;
    }
    return removed;
  }
}
