/** Fights for administrators: a list, and an end without a winner. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { type FightListPage, isActive } from './fights/fight';
import { FightsRepository } from './fights/fights.repository';
import { notFound } from './steps/actions.service';
import { FightSteps } from './steps/fight-steps';
import { refusalError } from './steps/refusals';

@Injectable()
export class CombatAdminService {
  constructor(
    private readonly database: Database,
    private readonly fights: FightsRepository,
    private readonly steps: FightSteps,
  ) {}

  /** The active fights, the latest first. */
  list(limit: number, before?: string): Promise<FightListPage> {
    return this.fights.listActive(limit, before);
  }

  /** Ends a fight as a draw: without a winner, rewards or used items, and with its seed revealed. @throws AppError NOT_FOUND, CONFLICT. */
  async endAsDraw(sessionId: string): Promise<void> {
    await this.database.transaction(async () => {
      const fight = await this.fights.lock(sessionId);
      if (!fight || fight.phase === 'invited') throw notFound();
      const taken = isActive(fight) ? await this.steps.take(fight, { type: 'abort' }, null) : 'ended';
      if (typeof taken === 'string') throw refusalError(taken);
    });
  }
}
