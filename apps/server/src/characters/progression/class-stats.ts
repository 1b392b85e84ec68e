/** The stats of characters by class and level; the base stats are rule data of fights. */
import { CLASSES } from '@aeturnis/combat-rules';
import type { CharacterClass, CharacterStats } from '@aeturnis/contracts';

/** Share of the base stats that each level adds. */
const GAIN_PER_LEVEL = 0.1;

/** The stats of an unwounded character. */
export function statsAt(characterClass: CharacterClass, level: number): CharacterStats {
  const { maxHealth, attack, defense } = CLASSES[characterClass];
  const scale = (base: number): number => base + Math.floor(base * GAIN_PER_LEVEL * (level - 1));
  return { health: scale(maxHealth), maxHealth: scale(maxHealth), attack: scale(attack), defense: scale(defense) };
}

export function startingStats(characterClass: CharacterClass): CharacterStats {
  return statsAt(characterClass, 1);
}
