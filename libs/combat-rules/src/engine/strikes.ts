/** Damage: whether a strike hits, how much it does, and who goes down. */
import { CRITICAL_DAMAGE, DAMAGE_SPREAD, DEFENDING_DAMAGE, GROWTH_BASE, LEAST_CHANCE, PIERCE } from '../rules/numbers';
import { clamp, divide, divideRounded } from '../integers';
import type { FightDraft } from './draft';
import { absorb, modifierOf } from './effects';
import type { Participant } from './state';

/** Rolls of one strike, at these places after `ROLLS_PER_STRIKE × number of the strike` in the turn. */
const HIT = 0;
const CRITICAL = 1;
const SPREAD = 2;
const EFFECT = 3;
const ROLLS_PER_STRIKE = 4;

/** Attack is in tenths, and five factors of damage are in percent. */
const UNITS = 100_000_000_000;

interface Strike {
  /** Percent of the actor's attack. */
  readonly power: number;
  /** Percent. `certain`: hits always, is never critical, and needs no roll. */
  readonly accuracy: number | 'certain';
}

/** @param number of the strike in this turn of the actor, from 0. @returns whether it hit. */
export function strike(
  draft: FightDraft,
  actor: Participant,
  target: Participant,
  strike: Strike,
  number: number,
): boolean {
  const hit = strike.accuracy === 'certain' || rollHit(draft, actor, target, strike.accuracy, number);
  const critical = hit && strike.accuracy !== 'certain' && roll(draft, 100, actor, number, CRITICAL) < actor.critical;
  const spread =
    strike.accuracy === 'certain' ? 0 : roll(draft, 2 * DAMAGE_SPREAD + 1, actor, number, SPREAD) - DAMAGE_SPREAD;
  const dealt = hit ? damageOf(actor, target, strike.power, spread, critical) : 0;
  const absorbed = absorb(draft, target, dealt);
  const damage = Math.min(target.health, dealt - absorbed);
  target.health -= damage;
  const { id: targetId, health } = target;
  draft.write({ type: 'strike', actorId: actor.id, targetId, hit, critical, damage, absorbed, health });
  if (health === 0) takeDown(draft, target);
  return hit;
}

export function takeDown(draft: FightDraft, target: Participant): void {
  target.status = 'down';
  target.effects = [];
  target.isDefending = false;
  draft.write({ type: 'down', targetId: target.id });
}

/** Whether the effect of a strike with this number applies. */
export function rollEffect(draft: FightDraft, actor: Participant, chance: number, number: number): boolean {
  return chance >= 100 || roll(draft, 100, actor, number, EFFECT) < chance;
}

function rollHit(
  draft: FightDraft,
  actor: Participant,
  target: Participant,
  accuracy: number,
  number: number,
): boolean {
  const chance = accuracy + modifierOf(actor, 'accuracy') - modifierOf(target, 'evasion');
  return roll(draft, 100, actor, number, HIT) < clamp(chance, LEAST_CHANCE, 100);
}

/**
 * Damage of a hit, at least 1. Defense counts in relation to the level of the actor: between equal levels, growing numbers
 * leave the course of a fight as it is.
 */
function damageOf(actor: Participant, target: Participant, power: number, spread: number, critical: boolean): number {
  const attack = actor.attack * (100 + modifierOf(actor, 'attack'));
  const defense = target.defense * (100 + modifierOf(target, 'defense'));
  const pierce = 100 * PIERCE * (GROWTH_BASE + actor.level);
  const factor = (critical ? CRITICAL_DAMAGE : 100) * (target.isDefending ? DEFENDING_DAMAGE : 100);
  const raw = divide(attack * power * (100 + spread) * pierce, pierce + defense);
  return Math.max(1, divideRounded(raw * factor, UNITS));
}

function roll(draft: FightDraft, bound: number, actor: Participant, number: number, place: number): number {
  return draft.rolls.below(bound, draft.state.turn, actor.id, 'strike', number * ROLLS_PER_STRIKE + place);
}
