/** Makes the setups of players from their characters and what they own. */
import { Injectable } from '@nestjs/common';
import { CLASSES, type FightSetup, fightStatsAt, type PlayerSetup, type Side } from '@aeturnis/combat-rules';
import { AppError } from '@aeturnis/contracts';
import { CharactersService } from '../../characters';
import { InventoryService } from '../../inventory';
import { FightersRepository } from '../fighters/fighters.repository';
import type { FightPlayer } from '../fights/fight';
import { conflict } from './start-conflicts';

@Injectable()
export class PlayerSetups {
  constructor(
    private readonly characters: CharactersService,
    private readonly inventory: InventoryService,
    private readonly fighters: FightersRepository,
  ) {}

  /**
   * The player as it is now. @throws AppError NOT_FOUND for a character that does not exist or belongs to another user, CONFLICT
   * for a defeated one that has not returned to the spawn point yet: it would be moved in the middle of its next fight.
   */
  async playerOf(userId: string, characterId: string, side: Side, accepted: boolean): Promise<FightPlayer> {
    const { character } = await this.characters.getOwned(userId, characterId);
    const status = (await this.fighters.statusOf([characterId])).get(characterId);
    if (status?.mustRespawn) throw conflict('respawning', 'The character returns to the spawn point first: try again');
    const { name, class: classId, level } = character;
    const bag = await this.inventory.bagOf(characterId);
    return { userId, characterId, name, class: classId, level, side, accepted, bag };
  }

  /** As `playerOf`, for a challenged character, whose bag is read when it accepts. @throws AppError NOT_FOUND. */
  async challenged(characterId: string): Promise<FightPlayer> {
    const character = await this.characters.find(characterId);
    if (!character) throw new AppError('NOT_FOUND', 'There is no such character', { details: { characterId } });
    const { accountId: userId, name, class: classId, level } = character;
    return { userId, characterId, name, class: classId, level, side: 1, accepted: false, bag: {} };
  }
}

/** Unwounded: between fights, characters recover. */
export function playerSetup({ characterId: id, side, name, level, class: classId, bag }: FightPlayer): PlayerSetup {
  const { maxHealth, attack, defense } = fightStatsAt(CLASSES[classId], level);
  return { id, side, name, level, class: classId, health: maxHealth, maxHealth, attack, defense, bag };
}

export function duelSetup(players: readonly FightPlayer[]): FightSetup {
  return { mode: 'duel', participants: players.map(playerSetup) };
}
