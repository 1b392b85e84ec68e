/** Computes what display names are compared by, of accounts that were there before display names were, once the database is there. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { nameKey, nameSkeleton } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { backfill } from '../backfill';
import { DisplayNameKeysRepository } from './display-name-keys.repository';

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

  computeMissing(): Promise<void> {
    return backfill(this.database, {
      missing: (limit) => this.repository.missing(limit),
      fill: ({ id, displayName }) => this.repository.set(id, nameKey(displayName), nameSkeleton(displayName)),
      isStopped: () => this.stopped,
    });
  }
}
