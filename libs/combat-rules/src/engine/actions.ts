/** The actions of participants: which are allowed, and what they do. */
import { ATTACK, isSkillId, type SkillData, skillData, type SkillId } from '../rules/skills';
import { isItemId, itemData, type ItemId, type ItemUse } from '../rules/items';
import { ENERGY, FLEE } from '../rules/numbers';
import { clamp, percentOf } from '../integers';
import type { FightDraft } from './draft';
import { applyEffect, endHarmfulEffects, heal, percentOfAttack } from './effects';
import type { ActionType } from './entries';
import { type FightState, fightersOf, findParticipant, opposite, type Participant } from './state';
import { rollEffect, strike } from './strikes';

/** What a participant does with its turn. Without a target: the first enemy that fights, or oneself for help. */
export interface FightAction {
  readonly type: ActionType;
  readonly targetId?: string;
  readonly skillId?: string;
  readonly itemId?: string;
}

/** Why an action is not allowed. */
export type ActionRefusal =
  | 'unknown_action'
  | 'unknown_skill'
  | 'not_enough_energy'
  | 'cooling_down'
  | 'unknown_item'
  | 'item_without_use'
  | 'no_such_item'
  | 'unknown_target'
  | 'wrong_side'
  | 'target_not_fighting';

/** An allowed action, resolved. */
interface ResolvedAction {
  readonly type: ActionType;
  readonly skillId?: SkillId;
  readonly itemId?: ItemId;
  /** No participant, one, or all enemies. */
  readonly targets: readonly Participant[];
  /** The one target, as the log names it; absent for an action on all enemies or on no participant. */
  readonly targetId?: string;
}

type TargetKind = SkillData['target'] | 'none';

const ACTION_TYPES: readonly ActionType[] = ['attack', 'defend', 'skill', 'item', 'pass', 'flee'];

/** Whether an action from outside has a known type, and texts or nothing in its other fields. */
function isWellFormed(action: unknown): boolean {
  if (typeof action !== 'object' || action === null) return false;
  const { type, targetId, skillId, itemId } = action as Record<string, unknown>;
  const texts = [targetId, skillId, itemId];
  return (
    (ACTION_TYPES as unknown[]).includes(type) && texts.every((text) => text === undefined || typeof text === 'string')
  );
}

export function resolveAction(
  state: FightState,
  actor: Participant,
  action: FightAction,
): ResolvedAction | ActionRefusal {
  if (!isWellFormed(action)) return 'unknown_action';
  const { type } = action;
  if (type === 'skill') return resolveSkill(state, actor, action);
  if (type === 'item') return resolveItem(state, actor, action);
  return withTargets(state, actor, type === 'attack' ? ATTACK.target : 'none', action.targetId, { type });
}

function resolveSkill(state: FightState, actor: Participant, action: FightAction): ResolvedAction | ActionRefusal {
  const { skillId = '' } = action;
  if (!isSkillId(skillId) || !actor.skills.includes(skillId)) return 'unknown_skill';
  const { cost, target } = skillData(skillId);
  if ((actor.cooldowns[skillId] ?? 0) > 0) return 'cooling_down';
  if (actor.energy < cost) return 'not_enough_energy';
  return withTargets(state, actor, target, action.targetId, { type: 'skill', skillId });
}

function resolveItem(state: FightState, actor: Participant, action: FightAction): ResolvedAction | ActionRefusal {
  const { itemId = '' } = action;
  if (!isItemId(itemId)) return 'unknown_item';
  const { use } = itemData(itemId);
  if (!use) return 'item_without_use';
  if (actor.bag && (actor.bag[itemId] ?? 0) < 1) return 'no_such_item';
  return withTargets(state, actor, use.target, action.targetId, { type: 'item', itemId });
}

function withTargets(
  state: FightState,
  actor: Participant,
  kind: TargetKind,
  targetId: string | undefined,
  action: Omit<ResolvedAction, 'targets' | 'targetId'>,
): ResolvedAction | ActionRefusal {
  if (kind === 'none') return { ...action, targets: [] };
  const enemies = fightersOf(state, opposite(actor.side));
  if (kind === 'enemies') return { ...action, targets: enemies };
  if (kind === 'self') return { ...action, targets: [actor], targetId: actor.id };
  const target = targetId === undefined ? (kind === 'ally' ? actor : enemies[0]) : findParticipant(state, targetId);
  if (!target) return 'unknown_target';
  if ((target.side === actor.side) !== (kind === 'ally')) return 'wrong_side';
  if (target.status !== 'fighting') return 'target_not_fighting';
  return { ...action, targets: [target], targetId: target.id };
}

/** @param missed whether the player did not choose in time, and this action was chosen for them. */
export function perform(draft: FightDraft, actor: Participant, action: ResolvedAction, missed: boolean): void {
  const { type, skillId, itemId, targetId, targets } = action;
  const skill = skillId && skillData(skillId);
  if (skill) payFor(actor, skillId, skill);
  const remaining = itemId === undefined ? undefined : takeFromBag(actor, itemId);
  draft.write(
    {
      type: 'action',
      actorId: actor.id,
      action: type,
      ...(skillId && { skillId }),
      ...(itemId && { itemId }),
      ...(targetId !== undefined && { targetId }),
      ...(missed && { missed }),
      energy: actor.energy,
    },
    remaining === undefined ? undefined : { [actor.id]: { remaining } },
  );
  if (type === 'attack') useSkill(draft, actor, ATTACK, targets);
  if (type === 'defend') actor.isDefending = true;
  if (type === 'flee') flee(draft, actor);
  if (skill) useSkill(draft, actor, skill, targets);
  const use = itemId && itemData(itemId).use;
  if (use) for (const target of targets) useItem(draft, actor, use, target);
}

function payFor(actor: Participant, skillId: SkillId, { cost, cooldown }: SkillData): void {
  actor.energy -= cost;
  // Counted down at the start of the actor's turns.
  if (cooldown > 0) actor.cooldowns[skillId] = cooldown + 1;
}

/** @returns how many are left; undefined for an unknown bag. */
function takeFromBag({ bag }: Participant, itemId: ItemId): number | undefined {
  if (!bag) return undefined;
  const remaining = (bag[itemId] ?? 0) - 1;
  bag[itemId] = remaining;
  return remaining;
}

function useSkill(draft: FightDraft, actor: Participant, skill: SkillData, targets: readonly Participant[]): void {
  const { power, accuracy = 100, healing, effect } = skill;
  targets.forEach((target, number) => {
    const hit = power === undefined || strike(draft, actor, target, { power, accuracy }, number);
    if (healing !== undefined) heal(draft, target, percentOf(healing, target.maxHealth));
    if (!effect || !hit || target.status !== 'fighting' || !rollEffect(draft, actor, effect.chance, number)) return;
    applyEffect(draft, target, effect.id, effect.turns, percentOfAttack(effect.potency ?? 0, actor));
  });
}

function useItem(draft: FightDraft, actor: Participant, use: ItemUse, target: Participant): void {
  const { healing, energy, cleanses, power, effect } = use;
  if (power !== undefined) strike(draft, actor, target, { power, accuracy: 'certain' }, 0);
  if (cleanses) endHarmfulEffects(draft, target);
  if (healing !== undefined) heal(draft, target, percentOf(healing, target.maxHealth));
  if (energy !== undefined) {
    const amount = Math.min(energy, ENERGY.max - target.energy);
    target.energy += amount;
    draft.write({ type: 'energy', targetId: target.id, amount, energy: target.energy });
  }
  if (effect) applyEffect(draft, target, effect.id, effect.turns, 0);
}

/** Fleeing from a duel always succeeds, and loses it. From monsters it is rolled against the highest level of theirs. */
function flee(draft: FightDraft, actor: Participant): void {
  const { state } = draft;
  const levels = fightersOf(state, opposite(actor.side)).map(({ level }) => level);
  const chance = clamp(FLEE.chance + FLEE.perLevel * (actor.level - Math.max(...levels)), FLEE.least, FLEE.most);
  const succeeded = state.mode === 'duel' || draft.rolls.below(100, state.turn, actor.id, 'flee', 0) < chance;
  draft.write({ type: 'flight', actorId: actor.id, succeeded });
  if (succeeded) actor.status = 'fled';
}
