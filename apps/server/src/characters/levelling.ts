/** How characters grow: pure. Each level takes a hundred experience more than the one before. */
import type { CharacterStats } from '@aeturnis/contracts';
import type { Character } from './character';
import { statsAt } from './class-stats';

export const MAX_LEVEL = 100;
const STEP = 100;

/** All the experience a level takes, from the first on. */
export function experienceFor(level: number): number {
  return (STEP * level * (level - 1)) / 2;
}

/**
 * The character with what it has gained. Nothing counts beyond the last level. Guarantees: gaining in parts or at once
 * comes to the same; nothing ever shrinks; what a character has besides its class and level it keeps, its wounds too.
 * @throws RangeError for what is not a whole number from 0 on.
 */
export function grow(character: Character, gained: number): Character {
  if (!Number.isSafeInteger(gained) || gained < 0) throw new RangeError(`${gained} is no amount of experience`);
  const most = Math.max(experienceFor(MAX_LEVEL), character.experience);
  const experience = Math.min(character.experience + gained, most);
  let { level } = character;
  while (level < MAX_LEVEL && experience >= experienceFor(level + 1)) level++;
  return { ...character, level, experience, stats: raised(character, level) };
}

function raised({ class: characterClass, level, stats }: Character, to: number): CharacterStats {
  const [before, after] = [statsAt(characterClass, level), statsAt(characterClass, to)];
  const gain = (name: keyof CharacterStats): number => stats[name] + after[name] - before[name];
  return { health: gain('health'), maxHealth: gain('maxHealth'), attack: gain('attack'), defense: gain('defense') };
}
