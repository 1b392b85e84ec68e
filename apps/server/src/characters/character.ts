/** The types of a character, its position and its progress, and the view that its owner gets. */
import type { CharacterClass, CharacterStats, CharacterView } from '@aeturnis/contracts';

/** The data of a character that rarely changes; cached by CharacterCache. */
export interface Character {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly class: CharacterClass;
  readonly level: number;
  readonly experience: number;
  readonly stats: CharacterStats;
}

/** Position in a zone: coordinates in zone units, `facing` in radians. */
export interface CharacterPosition {
  readonly zone: string;
  readonly x: number;
  readonly y: number;
  readonly facing: number;
  /** Time up to which the character has used its movement budget, in whole ms since 1970; 0 if it was never in the world. */
  readonly walkedUntil: number;
}

/** A position with its version. Versions of a character are ordered by `stay`, then by `step`; times are not compared. */
export interface VersionedPosition extends CharacterPosition {
  /** Number of the stay in the world in which the position was reached. */
  readonly stay: number;
  /** Number of position changes in that stay. */
  readonly step: number;
}

/** The part of a character that experience changes. */
export type CharacterProgress = Pick<Character, 'id' | 'level' | 'experience' | 'stats'>;

export interface CharacterWithPosition {
  readonly character: Character;
  readonly position: CharacterPosition;
}

export function characterView(
  { id, name, class: characterClass, level, experience, stats }: Character,
  position: CharacterPosition,
): CharacterView {
  const { zone, x, y } = position;
  return { id, name, class: characterClass, level, experience, zone, x, y, stats };
}
