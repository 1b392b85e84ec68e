/**
 * What a step means outside of its fight: a player that leaves is free again, used items are removed, and a victory gives experience and
 * loot. Runs in the transaction of the step, so each happens exactly once.
 */
import { Injectable } from '@nestjs/common';
import {
  type FightEntry,
  type FightState,
  findParticipant,
  type ItemId,
  type Participant,
} from '@aeturnis/combat-rules';
import { Database } from '@aeturnis/platform';
import { CharactersService } from '../../characters';
import { InventoryService } from '../../inventory';
import { type Fight, type FightPlayer } from '../fights/fight';
import { FightPlayersRepository } from '../fights/fight-players.repository';
import { FightMonstersRepository } from '../fights/fight-monsters.repository';
import { FighterHolds } from '../fighters/fighter-holds';
import { rewardsIn } from './rewards';

@Injectable()
export class FightSettlement {
  constructor(
    private readonly database: Database,
    private readonly players: FightPlayersRepository,
    private readonly monsters: FightMonstersRepository,
    private readonly characters: CharactersService,
    private readonly inventory: InventoryService,
    private readonly holds: FighterHolds,
  ) {}

  /** @param fight before the step. */
  async settle(fight: Fight, state: FightState, entries: readonly FightEntry[]): Promise<void> {
    const leaving = fight.players.filter((player) => isLeaving(fight, state, player));
    if (leaving.length === 0) return;
    const down = leaving.filter(
      ({ characterId }) => fight.mode === 'monsters' && findParticipant(state, characterId)?.status === 'down',
    );
    const userIds = leaving.map(({ userId }) => userId);
    await this.players.setDone(fight.id, userIds, new Set(down.map(({ userId }) => userId)));
    // An aborted fight has not taken place.
    if (state.outcome?.result !== 'aborted') await this.giveAndTake(state, leaving, entries);
    if (state.outcome && fight.mode === 'monsters') await this.monsters.release(fight.id, defeatedMonsters(state));
    this.database.afterCommit(() =>
      this.holds.announce(
        leaving.map(({ characterId }) => characterId),
        false,
      ),
    );
  }

  /** In the order of the characters, so that no two transactions wait for each other. A deleted character gets nothing. */
  private async giveAndTake(
    state: FightState,
    players: readonly FightPlayer[],
    entries: readonly FightEntry[],
  ): Promise<void> {
    const rewards = rewardsIn(entries);
    const existing = await this.characters.lockExisting(players.map(({ characterId }) => characterId));
    const ordered = players.filter(({ characterId }) => existing.has(characterId)).sort(byCharacter);
    for (const player of ordered) {
      const { characterId, userId } = player;
      const reward = rewards.get(characterId);
      const items = { ...usedItems(player, findParticipant(state, characterId)) };
      for (const [itemId, count] of Object.entries(reward?.items ?? {}) as [ItemId, number][])
        items[itemId] = (items[itemId] ?? 0) + count;
      await this.inventory.change(characterId, userId, items);
      if (reward && reward.experience > 0) await this.characters.award(characterId, reward.experience);
    }
  }
}

/** Whether this step ends the fight for the player. Who is down waits for the end. */
function isLeaving(fight: Fight, state: FightState, { characterId }: FightPlayer): boolean {
  const before = fight.state && findParticipant(fight.state, characterId)?.status;
  const after = findParticipant(state, characterId)?.status;
  const hadLeft = before === 'fled' || before === 'left';
  return !hadLeft && (state.outcome !== null || after === 'fled' || after === 'left');
}

/** Negative counts. */
function usedItems(player: FightPlayer, participant: Participant | undefined): Partial<Record<ItemId, number>> {
  const used: Partial<Record<ItemId, number>> = {};
  for (const [itemId, count] of Object.entries(player.bag) as [ItemId, number][]) {
    const left = participant?.bag?.[itemId] ?? 0;
    if (left < count) used[itemId] = left - count;
  }
  return used;
}

const defeatedMonsters = ({ participants }: FightState): string[] =>
  participants.filter(({ isMonster, status }) => isMonster && status === 'down').map(({ id }) => id);

const byCharacter = (one: FightPlayer, other: FightPlayer): number => (one.characterId < other.characterId ? -1 : 1);
