/** A player of fights for simulations and tests: takes the action that is worth most by a simple estimate, without looking ahead. */
import { effectData } from '../rules/effects';
import { itemData } from '../rules/items';
import { ENERGY, GROWTH_BASE, PIERCE } from '../rules/numbers';
import { ATTACK, type SkillData, skillData } from '../rules/skills';
import { percentOfAttack } from '../engine/effects';
import type { FightAction } from '../engine/actions';
import { type LegalAction, legalActions } from '../engine/legal-actions';
import { currentParticipant, type FightState, findParticipant, type Participant } from '../engine/state';
import { clamp, divide, percentOf } from '../integers';

/** Chooses for the participant whose turn it is; it must be a player's. */
export function chooseBotAction(state: FightState): FightAction {
  const actor = currentParticipant(state);
  if (!actor) throw new Error('the fight has ended');
  let best: FightAction = { type: 'defend' };
  let bestWorth = -1;
  for (const legal of legalActions(state))
    for (const action of withTargets(legal)) {
      const worth = worthOf(state, actor, action);
      if (worth > bestWorth) [best, bestWorth] = [action, worth];
    }
  return best;
}

function withTargets(legal: LegalAction): FightAction[] {
  const { type } = legal;
  if (!('targetIds' in legal)) return [{ type }];
  const what = {
    type,
    ...('skillId' in legal && { skillId: legal.skillId }),
    ...('itemId' in legal && { itemId: legal.itemId }),
  };
  return legal.targetIds.length === 0 ? [what] : legal.targetIds.map((targetId) => ({ ...what, targetId }));
}

/** Expected damage that an action does or prevents, in points. */
function worthOf(state: FightState, actor: Participant, action: FightAction): number {
  const { type, skillId, itemId, targetId } = action;
  const target = targetId === undefined ? actor : (findParticipant(state, targetId) ?? actor);
  if (type === 'attack') return worthOfSkill(state, actor, target, ATTACK);
  if (type === 'skill') {
    const skill = skillData(skillId as Parameters<typeof skillData>[0]);
    // Energy that would overflow is free.
    const price = actor.energy + ENERGY.perTurn > ENERGY.max ? 0 : percentOfAttack(divide(skill.cost, 2), actor);
    return worthOfSkill(state, actor, target, skill) - price;
  }
  if (type === 'item') return worthOfItem(actor, target, itemId as Parameters<typeof itemData>[0]);
  return type === 'defend' ? 0 : -1;
}

function worthOfSkill(state: FightState, actor: Participant, target: Participant, skill: SkillData): number {
  const { power = 0, healing = 0, effect } = skill;
  const accuracy = skill.accuracy ?? 100;
  const targets = skill.target === 'enemies' ? enemiesOf(state, actor) : [target];
  return targets.reduce((sum, each) => {
    const struck = power === 0 ? 0 : percentOf(accuracy, Math.min(each.health, estimateDamage(actor, each, power)));
    // Who is down acts no more.
    const kill = power > 0 && estimateDamage(actor, each, power) >= each.health ? percentOfAttack(150, each) : 0;
    const healed = Math.min(percentOf(healing, each.maxHealth), each.maxHealth - each.health);
    return (
      sum + struck + kill + healed + (effect ? percentOf(effect.chance, worthOfEffect(state, actor, each, effect)) : 0)
    );
  }, 0);
}

function worthOfEffect(
  state: FightState,
  actor: Participant,
  target: Participant,
  { id, turns, potency = 0 }: NonNullable<SkillData['effect']>,
): number {
  if (target.effects.some((active) => active.id === id)) return 0;
  const { kind, attack = 0, defense = 0, accuracy = 0, evasion = 0 } = effectData(id);
  const amount = percentOfAttack(potency, actor);
  if (kind === 'damage' || kind === 'healing') return Math.min(amount * turns, target.health);
  if (kind === 'shield') return amount;
  const enemy = enemiesOf(state, target)[0] ?? target;
  const own = estimateDamage(target, enemy, 120);
  const suffered = estimateDamage(enemy, target, 120);
  if (kind === 'stun') return target.effects.some((active) => active.id === 'steadfast') ? 0 : own;
  const dealt = percentOf(Math.abs(attack) + Math.abs(accuracy), own * turns);
  const taken = percentOf(divide(Math.abs(defense), 3) + evasion, suffered * (turns - 1));
  return dealt + taken;
}

function worthOfItem(actor: Participant, target: Participant, itemId: Parameters<typeof itemData>[0]): number {
  const { healing = 0, power = 0 } = itemData(itemId).use ?? {};
  const healed = Math.min(percentOf(healing, target.maxHealth), target.maxHealth - target.health);
  return healed + (power > 0 ? Math.min(target.health, estimateDamage(actor, target, power)) : 0);
}

function estimateDamage(actor: Participant, target: Participant, power: number): number {
  const pierce = PIERCE * (GROWTH_BASE + actor.level);
  const damage = divide(percentOfAttack(power, actor) * pierce, pierce + target.defense);
  return clamp(damage, 1, 1_000_000);
}

const enemiesOf = (state: FightState, actor: Participant): Participant[] =>
  state.participants.filter(({ side, status }) => side !== actor.side && status === 'fighting');
