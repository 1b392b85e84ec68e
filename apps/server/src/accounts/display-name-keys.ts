/** Computes what display names are compared by, of accounts that were there before display names were, once the database is there. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { nameKey, nameSkeleton } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { DisplayNameKeysRepository } from './display-name-keys.repository';

const BATCH = 200;

@Injectable()
export class DisplayNameKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DisplayNameKeys.name);
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly repository: DisplayNameKeysRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.database.whenReady(
      () => this.computeMissing(),
      (error) =>
        this.logger.warn({ message: 'keys of display names are not computed; tried again at the next start', error }),
    );
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  async computeMissing(): Promise<void> {
    for (let count = BATCH; count === BATCH && !this.stopped;) {
      count = await this.database.transaction(async () => {
        const missing = await this.repository.missing(BATCH);
        for (const { id, displayName } of missing) {
          await this.repository.set(id, nameKey(displayName), nameSkeleton(displayName));
        }
        return missing.length;
      });
    }
  }
}
