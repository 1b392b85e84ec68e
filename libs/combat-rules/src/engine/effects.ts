/** Status effects in a fight: applying, refreshing, ticking, absorbing and ending them. */
import { effectData, type EffectId } from '../rules/effects';
import { STEADFAST_TURNS } from '../rules/numbers';
import { divideRounded } from '../integers';
import type { FightDraft } from './draft';
import { type ActiveEffect, currentParticipant, type Participant } from './state';

type Modified = 'attack' | 'defense' | 'accuracy' | 'evasion';

/** Sum of what the effects of a participant change of a number, in percent or percentage points. */
export function modifierOf(participant: Participant, name: Modified): number {
  let sum = 0;
  for (const { id } of participant.effects) sum += effectData(id)[name] ?? 0;
  return sum;
}

/** Applies an effect, or refreshes it to the longer time and the larger amount. Nothing happens to a steadfast one that is stunned. */
export function applyEffect(draft: FightDraft, target: Participant, id: EffectId, turns: number, amount: number): void {
  if (target.status !== 'fighting' || (id === 'stunned' && find(target, 'steadfast'))) return;
  const active = find(target, id);
  // The end of the current turn shortens the effects of its actor, and this turn does not count.
  const left = currentParticipant(draft.state) === target ? turns + 1 : turns;
  if (active) {
    active.turns = Math.max(active.turns, left);
    active.amount = Math.max(active.amount, amount);
  } else {
    target.effects.push({ id, turns: left, amount });
  }
  draft.write({ type: 'effect', targetId: target.id, effect: id, turns, amount });
}

/** @returns what the shield of the target took of the damage. */
export function absorb(draft: FightDraft, target: Participant, damage: number): number {
  const shield = find(target, 'shielded');
  if (!shield) return 0;
  const absorbed = Math.min(shield.amount, damage);
  shield.amount -= absorbed;
  if (shield.amount === 0) end(draft, target, shield);
  return absorbed;
}

/** Damage and healing of the effects at the start of the bearer's turn, until the bearer has no health. */
export function tickEffects(draft: FightDraft, bearer: Participant): void {
  for (const effect of [...bearer.effects]) {
    if (bearer.health === 0) return;
    const { kind } = effectData(effect.id);
    if (kind === 'damage') damageBy(draft, bearer, effect);
    if (kind === 'healing') heal(draft, bearer, effect.amount);
  }
}

/** The amount of an effect by the attack of the one who applies it. */
export function percentOfAttack(percent: number, { attack }: Participant): number {
  return divideRounded(percent * attack, 1_000);
}

export function isStunned(participant: Participant): boolean {
  return find(participant, 'stunned') !== undefined;
}

/** Shortens all effects by one turn, at the end of the bearer's turn. */
export function expireEffects(draft: FightDraft, bearer: Participant): void {
  for (const effect of [...bearer.effects]) {
    effect.turns--;
    if (effect.turns > 0) continue;
    end(draft, bearer, effect);
  }
}

export function endHarmfulEffects(draft: FightDraft, target: Participant): void {
  for (const effect of [...target.effects]) if (effectData(effect.id).isHarmful) end(draft, target, effect);
}

export function heal(draft: FightDraft, target: Participant, amount: number): void {
  const healed = Math.min(amount, target.maxHealth - target.health);
  target.health += healed;
  draft.write({ type: 'healing', targetId: target.id, amount: healed, health: target.health });
}

function damageBy(draft: FightDraft, bearer: Participant, { id, amount }: ActiveEffect): void {
  const absorbed = absorb(draft, bearer, amount);
  const damage = Math.min(bearer.health, amount - absorbed);
  bearer.health -= damage;
  draft.write({ type: 'effect_damage', targetId: bearer.id, effect: id, damage, absorbed, health: bearer.health });
}

function end(draft: FightDraft, bearer: Participant, effect: ActiveEffect): void {
  bearer.effects = bearer.effects.filter((other) => other !== effect);
  draft.write({ type: 'effect_ended', targetId: bearer.id, effect: effect.id });
  if (effect.id === 'stunned') applyEffect(draft, bearer, 'steadfast', STEADFAST_TURNS, 0);
}

function find(bearer: Participant, id: EffectId): ActiveEffect | undefined {
  return bearer.effects.find((effect) => effect.id === id);
}
