/** Items. Those with a use can be used in fights; the others are loot. */
import type { EffectId } from './effects';

export interface ItemUse {
  readonly target: 'enemy' | 'ally';
  /** Percent of the target's maximum health. */
  readonly healing?: number;
  readonly energy?: number;
  /** Ends the harmful effects of the target. */
  readonly cleanses?: boolean;
  /** Certain damage, in percent of the actor's attack, before defense. */
  readonly power?: number;
  readonly effect?: { readonly id: EffectId; readonly turns: number };
}

export interface ItemData {
  readonly name: string;
  readonly use?: ItemUse;
}

export const ITEMS = {
  healing_potion: { name: 'Healing potion', use: { target: 'ally', healing: 30 } },
  energy_tonic: { name: 'Energy tonic', use: { target: 'ally', energy: 50 } },
  antidote: { name: 'Antidote', use: { target: 'ally', cleanses: true, healing: 5 } },
  throwing_knife: { name: 'Throwing knife', use: { target: 'enemy', power: 110 } },
  smoke_bomb: { name: 'Smoke bomb', use: { target: 'enemy', effect: { id: 'blinded', turns: 2 } } },
  rat_tail: { name: 'Rat tail' },
  straw: { name: 'Bundle of straw' },
  crab_shell: { name: 'Crab shell' },
  boar_tusk: { name: 'Boar tusk' },
  wolf_pelt: { name: 'Wolf pelt' },
  spider_silk: { name: 'Spider silk' },
  bear_claw: { name: 'Bear claw' },
  bat_wing: { name: 'Bat wing' },
  kobold_candle: { name: 'Kobold candle' },
  golem_core: { name: 'Golem core' },
} as const satisfies Record<string, ItemData>;

export type ItemId = keyof typeof ITEMS;

export const itemData = (id: ItemId): ItemData => ITEMS[id];

export const isItemId = (id: string): id is ItemId => Object.hasOwn(ITEMS, id);
