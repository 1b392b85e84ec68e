/** Reads fights and their history for those who may see them. */
import { Injectable } from '@nestjs/common';
import { type CombatHistory, type CombatHistoryDto, type CombatView, MAX_HISTORY_ENTRIES } from '@aeturnis/contracts';
import { historyPage } from '../fairness/combat-history';
import { BlockList } from '../../social';
import { notFound } from '../steps/actions.service';
import { type FightWithSetup, playerOf } from './fight';
import { fightViewFor } from './fight-views';
import { FightLogRepository } from './fight-log.repository';
import { FightsRepository } from './fights.repository';

@Injectable()
export class FightHistoryService {
  constructor(
    private readonly fights: FightsRepository,
    private readonly log: FightLogRepository,
    private readonly blocks: BlockList,
  ) {}

  /** For participants at any time, for others of a public fight once it has ended. @throws AppError NOT_FOUND. */
  async page(userId: string, { sessionId, after = 0 }: CombatHistoryDto): Promise<CombatHistory> {
    const fight = await this.fights.find(sessionId);
    if (!fight?.setup || !mayRead(fight, userId)) throw notFound();
    const { id, rulesVersion, dataHash, commitment, clientSeeds, setup, state, seq } = fight;
    const outcome = state?.outcome ?? null;
    const upTo = Math.min(seq, after + MAX_HISTORY_ENTRIES);
    const [steps, entries] = await Promise.all([
      this.log.inputsBetween(id, after, upTo),
      this.log.entriesBetween(id, after, upTo),
    ]);
    const inputs = steps.flatMap(({ input }) => (input ? [input] : []));
    const serverSeed = outcome ? fight.serverSeed : null;
    const recorded = { sessionId: id, rulesVersion, dataHash, commitment, clientSeeds, setup, outcome, serverSeed };
    return historyPage(recorded, inputs, entries, upTo < seq ? upTo : null);
  }

  /** The fight as the user sees it. @throws AppError as `page`. */
  async view(userId: string, sessionId: string): Promise<CombatView> {
    const fight = await this.fights.find(sessionId);
    if (!fight || !mayRead(fight, userId) || (await this.isHiddenChallenge(fight, userId))) throw notFound();
    return fightViewFor(fight, playerOf(fight, userId)?.characterId);
  }

  /** A challenge between users of a block is never shown to the challenged one. */
  private async isHiddenChallenge({ phase, createdBy }: FightWithSetup, userId: string): Promise<boolean> {
    return phase === 'invited' && createdBy !== userId && (await this.blocks.hiddenFrom(userId)).has(createdBy);
  }
}

function mayRead(fight: FightWithSetup, userId: string): boolean {
  if (playerOf(fight, userId)) return true;
  return fight.phase === 'ended' && fight.spectators === 'public';
}
