/** What a character of each class begins with. */
import type { CharacterClass, CharacterStats } from '@aeturnis/contracts';

const BASE: Record<CharacterClass, Omit<CharacterStats, 'maxHealth'>> = {
  warrior: { health: 120, attack: 12, defense: 10 },
  mage: { health: 80, attack: 16, defense: 5 },
  ranger: { health: 95, attack: 14, defense: 7 },
  cleric: { health: 105, attack: 10, defense: 8 },
};

/** Full health at level 1. */
export function startingStats(characterClass: CharacterClass): CharacterStats {
  const base = BASE[characterClass];
  return { ...base, maxHealth: base.health };
}
