/** What is known of a character, and how its owner sees it. */
import type { CharacterClass, CharacterStats, CharacterView } from '@aeturnis/contracts';

/** What rarely changes. */
export interface Character {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly class: CharacterClass;
  readonly level: number;
  readonly experience: number;
  readonly stats: CharacterStats;
}

/** Where it stands: in zone units, facing in radians. */
export interface Place {
  readonly zone: string;
  readonly x: number;
  readonly y: number;
  readonly facing: number;
  /** Up to when its time for walking is used, in whole milliseconds since 1970; 0 for one that was never in the world. */
  readonly walkedUntil: number;
}

/** A place with its version. Versions of one character are compared by stay, then by step; times are not compared. */
export interface VersionedPlace extends Place {
  /** The number of the stay in the world in which it was reached. */
  readonly stay: number;
  /** How often the character has changed its place in that stay. */
  readonly step: number;
}

/** What grows. */
export type Progress = Pick<Character, 'id' | 'level' | 'experience' | 'stats'>;

export interface PlacedCharacter {
  readonly character: Character;
  readonly place: Place;
}

export function characterView(
  { id, name, class: characterClass, level, experience, stats }: Character,
  place: Place,
): CharacterView {
  const { zone, x, y } = place;
  return { id, name, class: characterClass, level, experience, zone, x, y, stats };
}
