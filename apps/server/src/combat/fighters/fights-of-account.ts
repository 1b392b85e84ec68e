/** What the deletion of an account or a character means for its fights, and the fights in the export of an account. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, runInBackground } from '@aeturnis/platform';
import { AccountsService } from '../../accounts';
import { CharactersService } from '../../characters';
import { SeedsRepository } from '../fairness/seeds.repository';
import { type Fight, type FightOfCharacter, type FightOfUser, isActive, playerOf } from '../fights/fight';
import { DeletedNamesRepository } from '../fights/deleted-names.repository';
import { FightPlayersRepository } from '../fights/fight-players.repository';
import { FightsRepository } from '../fights/fights.repository';
import { DuelsService, MAX_CHALLENGES } from '../starting/duels.service';
import { FightSteps } from '../steps/fight-steps';

const FIGHTS_PER_PAGE = 100;
/** Whose names one transaction replaces. */
const FIGHTS_PER_STEP = 20;

@Injectable()
export class FightsOfAccount implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly fights: FightsRepository,
    private readonly players: FightPlayersRepository,
    private readonly names: DeletedNamesRepository,
    private readonly steps: FightSteps,
    private readonly duels: DuelsService,
    private readonly seeds: SeedsRepository,
    private readonly accounts: AccountsService,
    private readonly characters: CharactersService,
  ) {}

  onModuleInit(): void {
    // Fights are left before the transaction that deletes the account: it locks characters first, and steps of fights last.
    this.accounts.onDelete(
      (userId) => this.forget(userId),
      async (userId) => (await this.leaveOne(userId)) || (await this.forgetSome(userId)),
    );
    this.accounts.onExport('fights', (userId) => this.export(userId));
    this.characters.onRemoved(
      (id, accountId) => void runInBackground('fights', () => this.onRemoved(id, accountId)).catch(() => undefined),
    );
  }

  /** @returns whether there was one. */
  private async leaveOne(userId: string): Promise<boolean> {
    const { fightId, challengeIds } = await this.players.overviewOf(userId, MAX_CHALLENGES);
    const id = fightId ?? challengeIds[0];
    return id !== undefined && (await this.leave(id, (fight) => playerOf(fight, userId)?.characterId));
  }

  /** Gives up an active fight, and cancels a challenge. @returns whether either was possible. */
  private async leave(fightId: string, participantOf: (fight: Fight) => string | undefined): Promise<boolean> {
    const left = await this.database.transaction(async () => {
      const fight = await this.fights.lock(fightId);
      const actorId = fight ? participantOf(fight) : undefined;
      if (!fight || actorId === undefined || fight.phase === 'ended') return null;
      if (isActive(fight)) {
        const taken = await this.steps.take(fight, { type: 'forfeit', actorId, reason: 'gave_up' }, null);
        return typeof taken === 'string' ? null : fight;
      }
      await this.fights.remove(fight.id);
      return fight;
    });
    if (left?.phase === 'invited') await this.duels.announceCancelled(left, 'withdrawn');
    return left !== null;
  }

  /** Called on every node: the first one takes the step. */
  private async onRemoved(characterId: string, userId: string): Promise<void> {
    for (const fightId of await this.players.findOfCharacter(characterId)) await this.leave(fightId, () => characterId);
    for (let after: string | undefined, more = true; more;) {
      const page = await this.players.leftByUser(userId, FIGHTS_PER_STEP, after);
      await this.replaceNames(page.filter((fight) => fight.characterId === characterId));
      after = page.at(-1)?.fightId;
      more = page.length === FIGHTS_PER_STEP;
    }
  }

  /** @returns whether more may be left. */
  private async forgetSome(userId: string): Promise<boolean> {
    const page = await this.players.leftByUser(userId, FIGHTS_PER_STEP);
    await this.replaceNames(page);
    const fightIds = page.map(({ fightId }) => fightId);
    await this.players.removePlayer(userId, fightIds);
    return page.length === FIGHTS_PER_STEP;
  }

  private async forget(userId: string): Promise<void> {
    // Those that have begun since the last step: the transaction of the account must not wait for their locks.
    const late = await this.players.removePlayer(userId);
    this.database.afterCommit(
      () => void runInBackground('fights', () => this.replaceNames(late)).catch(() => undefined),
    );
    await this.seeds.remove(userId);
  }

  private async replaceNames(page: readonly FightOfCharacter[]): Promise<void> {
    const [fightIds, characterIds] = [page.map(({ fightId }) => fightId), page.map(({ characterId }) => characterId)];
    if (page.length > 0)
      await this.database.transaction(() => this.names.replaceNames(fightIds, [...new Set(characterIds)]));
  }

  /** The fights of the last thirty days, by id. Their log is the same for all that may read it. */
  private async *export(userId: string): AsyncGenerator<FightOfUser[], void, undefined> {
    for (let after: string | undefined, more = true; more;) {
      const page: FightOfUser[] = await this.players.listOfUser(userId, FIGHTS_PER_PAGE, after);
      yield page;
      after = page.at(-1)?.sessionId;
      more = page.length === FIGHTS_PER_PAGE;
    }
  }
}
