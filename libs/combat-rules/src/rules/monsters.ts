/** The kinds of monsters: stats, what they do in a fight, and what they leave behind. */
import type { Stats } from './classes';
import type { ItemId } from './items';
import type { SkillId } from './skills';

/** What a monster may do on its turn. Of those whose condition holds and that it can pay for, one is rolled by weight. */
export interface BehaviourRule {
  readonly action: 'attack' | 'defend' | SkillId;
  readonly weight: number;
  /** `wounded`: below half of its health. */
  readonly when?: 'wounded' | 'unwounded';
}

export interface LootRule {
  readonly itemId: ItemId;
  /** Percent. */
  readonly chance: number;
}

export interface MonsterData extends Stats {
  readonly speed: number;
  readonly critical: number;
  readonly skills: readonly SkillId[];
  readonly behaviour: readonly BehaviourRule[];
  /** Whom it attacks. `weakest`: least health; `strongest`: highest attack. */
  readonly prefers: 'any' | 'weakest' | 'strongest';
  /** Experience for its defeat at level 1. */
  readonly experience: number;
  readonly loot: readonly LootRule[];
}

export const MONSTERS = {
  straw_man: {
    maxHealth: 30,
    attack: 3,
    defense: 2,
    speed: 1,
    critical: 0,
    skills: [],
    behaviour: [
      { action: 'attack', weight: 1 },
      { action: 'defend', weight: 1 },
    ],
    prefers: 'any',
    experience: 10,
    loot: [{ itemId: 'straw', chance: 50 }],
  },
  rat: {
    maxHealth: 35,
    attack: 6,
    defense: 3,
    speed: 11,
    critical: 5,
    skills: ['bite'],
    behaviour: [
      { action: 'attack', weight: 3 },
      { action: 'bite', weight: 1 },
    ],
    prefers: 'any',
    experience: 20,
    loot: [
      { itemId: 'rat_tail', chance: 60 },
      { itemId: 'healing_potion', chance: 15 },
    ],
  },
  crab: {
    maxHealth: 45,
    attack: 6,
    defense: 9,
    speed: 5,
    critical: 5,
    skills: ['shell_up'],
    behaviour: [
      { action: 'attack', weight: 3 },
      { action: 'shell_up', weight: 2, when: 'wounded' },
    ],
    prefers: 'any',
    experience: 25,
    loot: [
      { itemId: 'crab_shell', chance: 60 },
      { itemId: 'antidote', chance: 15 },
    ],
  },
  boar: {
    maxHealth: 60,
    attack: 8,
    defense: 6,
    speed: 8,
    critical: 5,
    skills: ['charge'],
    behaviour: [
      { action: 'attack', weight: 3 },
      { action: 'charge', weight: 2, when: 'unwounded' },
    ],
    prefers: 'any',
    experience: 30,
    loot: [
      { itemId: 'boar_tusk', chance: 50 },
      { itemId: 'healing_potion', chance: 20 },
    ],
  },
  spider: {
    maxHealth: 50,
    attack: 8,
    defense: 4,
    speed: 12,
    critical: 8,
    skills: ['venom'],
    behaviour: [
      { action: 'venom', weight: 3 },
      { action: 'attack', weight: 2 },
    ],
    prefers: 'weakest',
    experience: 30,
    loot: [
      { itemId: 'spider_silk', chance: 50 },
      { itemId: 'antidote', chance: 30 },
    ],
  },
  wolf: {
    maxHealth: 60,
    attack: 10,
    defense: 5,
    speed: 13,
    critical: 10,
    skills: ['bite'],
    behaviour: [
      { action: 'bite', weight: 2 },
      { action: 'attack', weight: 3 },
    ],
    prefers: 'weakest',
    experience: 40,
    loot: [
      { itemId: 'wolf_pelt', chance: 50 },
      { itemId: 'throwing_knife', chance: 20 },
    ],
  },
  bear: {
    maxHealth: 110,
    attack: 12,
    defense: 8,
    speed: 7,
    critical: 5,
    skills: ['maul'],
    behaviour: [
      { action: 'attack', weight: 2 },
      { action: 'maul', weight: 2 },
    ],
    prefers: 'strongest',
    experience: 80,
    loot: [
      { itemId: 'bear_claw', chance: 60 },
      { itemId: 'energy_tonic', chance: 30 },
    ],
  },
  bat: {
    maxHealth: 40,
    attack: 8,
    defense: 3,
    speed: 14,
    critical: 5,
    skills: ['screech'],
    behaviour: [
      { action: 'attack', weight: 3 },
      { action: 'screech', weight: 1 },
    ],
    prefers: 'any',
    experience: 30,
    loot: [
      { itemId: 'bat_wing', chance: 50 },
      { itemId: 'smoke_bomb', chance: 15 },
    ],
  },
  kobold: {
    maxHealth: 60,
    attack: 9,
    defense: 6,
    speed: 9,
    critical: 8,
    skills: ['shield_bash'],
    behaviour: [
      { action: 'attack', weight: 3 },
      { action: 'shield_bash', weight: 1 },
      { action: 'defend', weight: 1, when: 'wounded' },
    ],
    prefers: 'strongest',
    experience: 40,
    loot: [
      { itemId: 'kobold_candle', chance: 50 },
      { itemId: 'throwing_knife', chance: 25 },
    ],
  },
  golem: {
    maxHealth: 150,
    attack: 12,
    defense: 12,
    speed: 3,
    critical: 5,
    skills: ['quake', 'shell_up'],
    behaviour: [
      { action: 'attack', weight: 3 },
      { action: 'quake', weight: 2 },
      { action: 'shell_up', weight: 1, when: 'wounded' },
    ],
    prefers: 'any',
    experience: 120,
    loot: [
      { itemId: 'golem_core', chance: 70 },
      { itemId: 'healing_potion', chance: 50 },
      { itemId: 'energy_tonic', chance: 30 },
    ],
  },
} as const satisfies Record<string, MonsterData>;

export type MonsterKind = keyof typeof MONSTERS;

export const monsterData = (kind: MonsterKind): MonsterData => MONSTERS[kind];

export const isMonsterKind = (kind: string): kind is MonsterKind => Object.hasOwn(MONSTERS, kind);
