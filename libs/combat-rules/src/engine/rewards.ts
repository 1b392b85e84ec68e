/**
 * What a victory over monsters is worth to each player: experience and loot. Known to that player only until the seed of the
 * fight is revealed; then every client can compute the rolls.
 */
import { isMonsterKind, monsterData } from '../rules/monsters';
import type { ItemId } from '../rules/items';
import { clamp, divide } from '../integers';
import { GROWTH_BASE, REWARD_PERCENT } from '../rules/numbers';
import type { FightDraft } from './draft';
import type { Participant } from './state';

/** Players who fled or left get nothing; those who are down share in the victory. */
export function giveRewards(draft: FightDraft): void {
  const { participants } = draft.state;
  const monsters = participants.filter(({ isMonster, status }) => isMonster && status === 'down');
  const players = participants.filter(
    ({ isMonster, status }) => !isMonster && (status === 'fighting' || status === 'down'),
  );
  for (const player of players) {
    const experience = monsters.reduce((sum, monster) => sum + divide(worth(monster, player), players.length), 0);
    draft.write(
      { type: 'reward', targetId: player.id },
      { [player.id]: { experience, items: rollLoot(draft, monsters, player) } },
    );
  }
}

function worth(monster: Participant, player: Participant): number {
  if (!isMonsterKind(monster.kind)) return 0;
  const { experience } = monsterData(monster.kind);
  const { equal, perLevel, least, most } = REWARD_PERCENT;
  const percent = clamp(equal + perLevel * (monster.level - player.level), least, most);
  return divide(experience * (GROWTH_BASE + monster.level) * percent, 1_000);
}

function rollLoot(
  draft: FightDraft,
  monsters: readonly Participant[],
  player: Participant,
): Partial<Record<ItemId, number>> {
  const items: Partial<Record<ItemId, number>> = {};
  let rolls = 0;
  for (const { kind } of monsters) {
    if (!isMonsterKind(kind)) continue;
    for (const { itemId, chance } of monsterData(kind).loot)
      if (draft.rolls.below(100, draft.state.turn, player.id, 'loot', rolls++) < chance)
        items[itemId] = (items[itemId] ?? 0) + 1;
  }
  return items;
}
