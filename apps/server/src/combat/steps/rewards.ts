/** The rewards of a step, from its entries. */
import type { FightEntry } from '@aeturnis/combat-rules';
import type { CombatReward } from '@aeturnis/contracts';

/** By participant; empty unless the step has ended a fight by a victory over monsters. */
export function rewardsIn(entries: readonly FightEntry[]): Map<string, CombatReward> {
  const rewards = new Map<string, CombatReward>();
  for (const { public: known, private: halves } of entries) {
    if (known.type !== 'reward') continue;
    const own = halves?.[known.targetId];
    if (own && 'experience' in own) rewards.set(known.targetId, own);
  }
  return rewards;
}
