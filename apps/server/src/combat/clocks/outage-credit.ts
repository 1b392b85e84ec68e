/** Gives back the time for which no node has looked at the deadlines: no player loses a turn to an outage of the server. */
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { OutageCreditRepository } from './outage-credit.repository';

@Injectable()
export class OutageCredit {
  private readonly logger = new Logger(OutageCredit.name);

  constructor(
    private readonly database: Database,
    private readonly repository: OutageCreditRepository,
  ) {}

  /** Call it before each sweep, on every node. @returns the fights with other deadlines. */
  async creditOutage(): Promise<readonly string[]> {
    const [gapMs, extended] = await this.database.transaction(async (): Promise<[number, readonly string[]]> => {
      const gap = await this.repository.recordSweep();
      return [gap, gap > 0 ? await this.repository.extendDeadlines(gap) : []];
    });
    if (extended.length > 0)
      this.logger.log({ message: 'deadlines of fights extended by an outage', gapMs, fights: extended.length });
    return extended;
  }
}
