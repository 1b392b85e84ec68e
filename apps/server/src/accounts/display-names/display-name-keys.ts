/** Computes missing keys of display names, for accounts older than display names, once the database is ready. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { nameKey, nameSkeleton } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { backfill } from '../../backfill';
import { DisplayNameKeysRepository } from './display-name-keys.repository';

@Injectable()
export class DisplayNameKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DisplayNameKeys.name);
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly repository: DisplayNameKeysRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.database.runWhenReady(
      () => this.computeMissing(),
      (error) => this.logger.warn({ message: 'display name keys not computed, retrying at the next start', error }),
    );
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  computeMissing(): Promise<void> {
    return backfill(this.database, {
      findMissing: (limit) => this.repository.lockMissing(limit),
      fillRow: ({ id, displayName }) => this.repository.setKeys(id, nameKey(displayName), nameSkeleton(displayName)),
      isStopped: () => this.isStopping,
    });
  }
}
