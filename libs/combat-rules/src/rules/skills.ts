/** Skills of characters and monsters. A basic attack is a skill without cost. */
import type { EffectId } from './effects';

export interface SkillEffect {
  readonly id: EffectId;
  /** Percent. */
  readonly chance: number;
  /** Of the bearer. */
  readonly turns: number;
  /** Amount per turn or of the shield, in percent of the actor's attack. */
  readonly potency?: number;
}

export interface SkillData {
  /** `enemies`: all of them; needs no target. `ally` includes the actor, which is the default. */
  readonly target: 'enemy' | 'enemies' | 'ally' | 'self';
  /** Energy. */
  readonly cost: number;
  /** Turns of the actor in which it cannot be used again. */
  readonly cooldown: number;
  /** Damage in percent of the actor's attack, before defense. */
  readonly power?: number;
  /** Percent. Skills without `power` always succeed. */
  readonly accuracy?: number;
  /** Healing in percent of the target's maximum health. */
  readonly healing?: number;
  readonly effect?: SkillEffect;
}

export const ATTACK: SkillData = { target: 'enemy', cost: 0, cooldown: 0, power: 100, accuracy: 95 };

export const SKILLS = {
  shield_bash: {
    target: 'enemy',
    cost: 30,
    cooldown: 3,
    power: 105,
    accuracy: 95,
    effect: { id: 'stunned', chance: 40, turns: 1 },
  },
  cleave: { target: 'enemies', cost: 35, cooldown: 2, power: 110, accuracy: 90 },
  rally: {
    target: 'self',
    cost: 25,
    cooldown: 5,
    effect: { id: 'shielded', chance: 100, turns: 2, potency: 50 },
  },

  fireball: {
    target: 'enemy',
    cost: 40,
    cooldown: 2,
    power: 140,
    accuracy: 90,
    effect: { id: 'burning', chance: 60, turns: 3, potency: 10 },
  },
  frost_bolt: {
    target: 'enemy',
    cost: 25,
    cooldown: 2,
    power: 120,
    accuracy: 95,
    effect: { id: 'weakened', chance: 80, turns: 2 },
  },
  arcane_shield: {
    target: 'self',
    cost: 30,
    cooldown: 5,
    effect: { id: 'shielded', chance: 100, turns: 2, potency: 70 },
  },

  aimed_shot: { target: 'enemy', cost: 40, cooldown: 2, power: 155, accuracy: 85 },
  poison_arrow: {
    target: 'enemy',
    cost: 25,
    cooldown: 3,
    power: 70,
    accuracy: 95,
    effect: { id: 'poisoned', chance: 90, turns: 3, potency: 15 },
  },
  evade: {
    target: 'self',
    cost: 25,
    cooldown: 5,
    effect: { id: 'evasive', chance: 100, turns: 2 },
  },

  heal: { target: 'ally', cost: 35, cooldown: 3, healing: 17 },
  smite: {
    target: 'enemy',
    cost: 30,
    cooldown: 2,
    power: 174,
    accuracy: 95,
    effect: { id: 'exposed', chance: 90, turns: 2 },
  },
  blessing: {
    target: 'ally',
    cost: 30,
    cooldown: 5,
    effect: { id: 'empowered', chance: 100, turns: 2 },
  },

  bite: {
    target: 'enemy',
    cost: 20,
    cooldown: 2,
    power: 120,
    accuracy: 90,
    effect: { id: 'bleeding', chance: 50, turns: 2, potency: 20 },
  },
  venom: {
    target: 'enemy',
    cost: 25,
    cooldown: 3,
    power: 60,
    accuracy: 90,
    effect: { id: 'poisoned', chance: 80, turns: 3, potency: 25 },
  },
  maul: { target: 'enemy', cost: 40, cooldown: 2, power: 160, accuracy: 85 },
  charge: {
    target: 'enemy',
    cost: 40,
    cooldown: 4,
    power: 120,
    accuracy: 80,
    effect: { id: 'stunned', chance: 30, turns: 1 },
  },
  screech: {
    target: 'enemies',
    cost: 30,
    cooldown: 4,
    effect: { id: 'blinded', chance: 60, turns: 2 },
  },
  shell_up: {
    target: 'self',
    cost: 30,
    cooldown: 4,
    effect: { id: 'shielded', chance: 100, turns: 2, potency: 120 },
  },
  quake: { target: 'enemies', cost: 50, cooldown: 3, power: 100, accuracy: 85 },
} as const satisfies Record<string, SkillData>;

export type SkillId = keyof typeof SKILLS;

export const skillData = (id: SkillId): SkillData => SKILLS[id];

export const isSkillId = (id: string): id is SkillId => Object.hasOwn(SKILLS, id);
