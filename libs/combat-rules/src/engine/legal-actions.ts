/** What the participant whose turn it is may do: sent to its player alone, so that a client needs no rules of its own. */
import { ITEMS, itemData, type ItemId } from '../rules/items';
import { skillData, type SkillId } from '../rules/skills';
import { currentParticipant, type FightState, fightersOf, opposite, type Participant } from './state';

export type LegalAction =
  | { readonly type: 'attack'; readonly targetIds: readonly string[] }
  | { readonly type: 'skill'; readonly skillId: SkillId; readonly cost: number; readonly targetIds: readonly string[] }
  | { readonly type: 'item'; readonly itemId: ItemId; readonly count: number; readonly targetIds: readonly string[] }
  | { readonly type: 'defend' | 'pass' | 'flee' };

/** Empty once the fight has ended. `targetIds` is empty for an action that needs no target. */
export function legalActions(state: FightState): LegalAction[] {
  const actor = currentParticipant(state);
  if (!actor) return [];
  const enemies = fightersOf(state, opposite(actor.side)).map(({ id }) => id);
  const allies = fightersOf(state, actor.side).map(({ id }) => id);
  const targetIds = { enemy: enemies, enemies: [], ally: allies, self: [] };
  return [
    { type: 'attack', targetIds: enemies },
    ...usableSkills(actor).map((skillId): LegalAction => {
      const { cost, target } = skillData(skillId);
      return { type: 'skill', skillId, cost, targetIds: targetIds[target] };
    }),
    ...usableItems(actor).map((itemId): LegalAction => ({
      type: 'item',
      itemId,
      count: actor.bag?.[itemId] ?? 0,
      targetIds: targetIds[itemData(itemId).use?.target ?? 'self'],
    })),
    { type: 'defend' },
    { type: 'pass' },
    { type: 'flee' },
  ];
}

export function usableSkills({ skills, cooldowns, energy }: Participant): SkillId[] {
  return skills.filter((id) => (cooldowns[id] ?? 0) === 0 && energy >= skillData(id).cost);
}

/** In the order of the rule data, whatever the order in the bag. */
function usableItems({ bag }: Participant): ItemId[] {
  return (Object.keys(ITEMS) as ItemId[]).filter((id) => itemData(id).use && (bag?.[id] ?? 0) > 0);
}
