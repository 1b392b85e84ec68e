/** What a character of each class begins with, and what its levels add. */
import type { CharacterClass, CharacterStats } from '@aeturnis/contracts';

const BASE: Record<CharacterClass, Omit<CharacterStats, 'maxHealth'>> = {
  warrior: { health: 120, attack: 12, defense: 10 },
  mage: { health: 80, attack: 16, defense: 5 },
  ranger: { health: 95, attack: 14, defense: 7 },
  cleric: { health: 105, attack: 10, defense: 8 },
};

/** Of what it began with, what each level adds. */
const GAIN = 0.1;

/** In full health. */
export function statsAt(characterClass: CharacterClass, level: number): CharacterStats {
  const { health, attack, defense } = BASE[characterClass];
  const grown = (base: number): number => base + Math.floor(base * GAIN * (level - 1));
  return { health: grown(health), maxHealth: grown(health), attack: grown(attack), defense: grown(defense) };
}

export function startingStats(characterClass: CharacterClass): CharacterStats {
  return statsAt(characterClass, 1);
}
