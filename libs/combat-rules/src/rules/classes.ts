/** The classes of characters: their stats and skills. */
import { divideRounded } from '../integers';
import { GROWTH_BASE } from './numbers';
import type { SkillId } from './skills';

/** Base stats, of level 1. */
export interface Stats {
  readonly maxHealth: number;
  readonly attack: number;
  readonly defense: number;
}

export interface ClassData extends Stats {
  /** Who is faster acts earlier in a round. */
  readonly speed: number;
  /** Percent of strikes that are critical. */
  readonly critical: number;
  readonly skills: readonly SkillId[];
}

export const CLASSES = {
  warrior: {
    maxHealth: 120,
    attack: 12,
    defense: 10,
    speed: 8,
    critical: 10,
    skills: ['shield_bash', 'cleave', 'rally'],
  },
  mage: {
    maxHealth: 80,
    attack: 16,
    defense: 5,
    speed: 10,
    critical: 10,
    skills: ['fireball', 'frost_bolt', 'arcane_shield'],
  },
  ranger: {
    maxHealth: 95,
    attack: 14,
    defense: 7,
    speed: 12,
    critical: 16,
    skills: ['aimed_shot', 'poison_arrow', 'evade'],
  },
  cleric: { maxHealth: 105, attack: 10, defense: 8, speed: 9, critical: 10, skills: ['heal', 'smite', 'blessing'] },
} as const satisfies Record<string, ClassData>;

export type ClassId = keyof typeof CLASSES;

export const classData = (id: ClassId): ClassData => CLASSES[id];

export const isClassId = (id: string): id is ClassId => Object.hasOwn(CLASSES, id);

/** Stats in a fight. Attack and defense in tenths of a point: rounded to points, a level would favour one class or another. */
export interface FightStats {
  readonly maxHealth: number;
  readonly attack: number;
  readonly defense: number;
}

/** Each level adds a tenth of the base. */
export function fightStatsAt({ maxHealth, attack, defense }: Stats, level: number): FightStats {
  const tenths = (base: number): number => base * (GROWTH_BASE + level);
  return { maxHealth: divideRounded(tenths(maxHealth), 10), attack: tenths(attack), defense: tenths(defense) };
}
