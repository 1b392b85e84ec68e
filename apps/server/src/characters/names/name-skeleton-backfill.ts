/** Computes the missing skeletons of character names that are older than the column, when the database is ready. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { nameSkeleton } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { backfill } from '../../backfill';
import { NameSkeletonsRepository } from './name-skeletons.repository';

@Injectable()
export class NameSkeletonBackfill implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(NameSkeletonBackfill.name);
  private isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly repository: NameSkeletonsRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.database.runWhenReady(
      () => this.computeMissing(),
      (error) =>
        this.logger.warn({
          message: 'skeletons of character names could not be computed; retrying at the next start',
          error,
        }),
    );
  }

  onModuleDestroy(): void {
    this.isStopped = true;
  }

  /** Of existing names that look alike, one gets the skeleton and the others get a unique placeholder. */
  computeMissing(): Promise<void> {
    return backfill(this.database, {
      findMissing: (limit) => this.repository.findMissing(limit),
      fillRow: ({ id, name }) => this.repository.set(id, nameSkeleton(name)),
      isStopped: () => this.isStopped,
    });
  }
}
