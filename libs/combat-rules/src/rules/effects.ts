/** Status effects. An effect lasts a number of turns of its bearer, and is refreshed, never stacked, when applied again. */

export interface EffectData {
  /**
   * `damage` and `healing`: each turn, an amount fixed when applied. `shield`: absorbs that amount of damage. `stun`: the bearer
   * misses its turns. `modifier`: changes the bearer's numbers by percent.
   */
  readonly kind: 'damage' | 'healing' | 'shield' | 'stun' | 'modifier';
  readonly isHarmful: boolean;
  /** Percent, of a `modifier`. */
  readonly attack?: number;
  readonly defense?: number;
  /** Percentage points, of a `modifier`. */
  readonly accuracy?: number;
  readonly evasion?: number;
}

export const EFFECTS = {
  burning: { kind: 'damage', isHarmful: true },
  poisoned: { kind: 'damage', isHarmful: true },
  bleeding: { kind: 'damage', isHarmful: true },
  regenerating: { kind: 'healing', isHarmful: false },
  shielded: { kind: 'shield', isHarmful: false },
  stunned: { kind: 'stun', isHarmful: true },
  /** Follows a stun: no second stun meanwhile, so that no participant is kept from acting for good. */
  steadfast: { kind: 'modifier', isHarmful: false },
  weakened: { kind: 'modifier', isHarmful: true, attack: -25 },
  exposed: { kind: 'modifier', isHarmful: true, defense: -35 },
  blinded: { kind: 'modifier', isHarmful: true, accuracy: -20 },
  evasive: { kind: 'modifier', isHarmful: false, evasion: 35 },
  empowered: { kind: 'modifier', isHarmful: false, attack: 25 },
} as const satisfies Record<string, EffectData>;

export type EffectId = keyof typeof EFFECTS;

export const effectData = (id: EffectId): EffectData => EFFECTS[id];
