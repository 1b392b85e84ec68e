/** Computes the skeletons of names that were given before skeletons were, once the database is there. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { nameSkeleton } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { backfill } from '../backfill';
import { NameSkeletonsRepository } from './name-skeletons.repository';

@Injectable()
export class NameSkeletons implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(NameSkeletons.name);
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly repository: NameSkeletonsRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.database.whenReady(
      () => this.computeMissing(),
      (error) =>
        this.logger.warn({ message: 'skeletons of names are not computed; tried again at the next start', error }),
    );
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  /** Two names that look alike and are older than the rule both stay; only one of them has the skeleton. */
  computeMissing(): Promise<void> {
    return backfill(this.database, {
      missing: (limit) => this.repository.missing(limit),
      fill: ({ id, name }) => this.repository.set(id, nameSkeleton(name)),
      isStopped: () => this.stopped,
    });
  }
}
