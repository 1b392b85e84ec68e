/** Deletes fights thirty days after their end, with their log. */
import { Injectable } from '@nestjs/common';
import { Database, RetentionJob } from '@aeturnis/platform';
import { FightsRepository } from './fights/fights.repository';

export const FIGHT_RETENTION_DAYS = 30;
const BATCH = 100;

@Injectable()
export class CombatRetention extends RetentionJob {
  constructor(
    database: Database,
    private readonly fights: FightsRepository,
  ) {
    super(database, 'fight', 'one day');
  }

  override run(batch = BATCH): Promise<number> {
    return this.deleteInBatches(batch, 'fights', () => this.fights.deleteEnded(FIGHT_RETENTION_DAYS, batch));
  }
}
