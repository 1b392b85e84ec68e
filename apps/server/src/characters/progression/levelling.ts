/** Levels and experience, as pure functions. Each level needs 100 more experience than the level before. */
import { MAX_LEVEL } from '@aeturnis/combat-rules';
import type { CharacterStats } from '@aeturnis/contracts';
import type { Character } from '../character';
import { statsAt } from './class-stats';

const EXPERIENCE_STEP = 100;

/** Total experience that is needed to reach a level. */
export function experienceFor(level: number): number {
  return (EXPERIENCE_STEP * level * (level - 1)) / 2;
}

/**
 * Adds experience, capped at the last level, and raises level and stats. Adding in parts or at once gives the same result. No
 * value decreases. Stats change by the difference between the levels, so wounds and bonuses are preserved.
 * @throws RangeError unless `gained` is a whole number from 0.
 */
export function addExperience(character: Character, gained: number): Character {
  if (!Number.isSafeInteger(gained) || gained < 0)
    throw new RangeError(`experience must be a whole number from 0, not ${gained}`);
  const maxExperience = Math.max(experienceFor(MAX_LEVEL), character.experience);
  const experience = Math.min(character.experience + gained, maxExperience);
  let { level } = character;
  while (level < MAX_LEVEL && experience >= experienceFor(level + 1)) level++;
  return { ...character, level, experience, stats: raiseStats(character, level) };
}

function raiseStats({ class: characterClass, level, stats }: Character, newLevel: number): CharacterStats {
  const [before, after] = [statsAt(characterClass, level), statsAt(characterClass, newLevel)];
  const gain = (name: keyof CharacterStats): number => stats[name] + after[name] - before[name];
  return { health: gain('health'), maxHealth: gain('maxHealth'), attack: gain('attack'), defense: gain('defense') };
}
