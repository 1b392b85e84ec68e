/** The payloads of characters in the world: selecting and moving one, and changing zones. */
import { IsIn, IsInt, IsNumber, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import type { CharacterClass } from './character-classes';
import { IsId } from '../validation/ids';
import { MOVE_ENCODINGS, type MoveEncoding } from './zone-views';
import type { Uuid } from '../wire-formats';

export interface CharacterStats {
  health: number;
  maxHealth: number;
  attack: number;
  defense: number;
}

/** A character as its owner sees it. Positions are in zone units. */
export interface CharacterView {
  id: Uuid;
  name: string;
  class: CharacterClass;
  level: number;
  /** All experience ever gained. */
  experience: number;
  zone: string;
  x: number;
  y: number;
  stats: CharacterStats;
}

export class CharacterSelectDto {
  @IsId()
  characterId: string;

  /** The encoding of `zone:moves` for this selection; `json` by default. */
  @IsOptional()
  @IsIn(MOVE_ENCODINGS)
  encoding?: MoveEncoding;
}

const MAX_COORDINATE = 1_000_000;

export class CharacterMoveDto {
  /** Strictly increasing per selection, from any start; gaps are allowed. */
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  seq: number;

  @IsNumber()
  @Min(-MAX_COORDINATE)
  @Max(MAX_COORDINATE)
  x: number;

  @IsNumber()
  @Min(-MAX_COORDINATE)
  @Max(MAX_COORDINATE)
  y: number;

  /** Radians, 0 is along +x. */
  @IsOptional()
  @IsNumber()
  @Min(-7)
  @Max(7)
  facing?: number;
}

export class ZoneEnterDto {
  /** An exit of the character's zone. */
  @IsString()
  @Length(1, 40)
  exitId: string;
}

export class ZonePopulationDto {
  @IsString()
  @Length(1, 40)
  zone: string;
}

export type MoveRefusal = 'sequence' | 'bounds' | 'held' | 'teleport' | 'speed' | 'obstacle' | 'no_character';

/**
 * What a client needs to move: its character with its position, and the speed in units per second.
 * @example {"character": {"id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "name": "Aldara", "class": "ranger", "level": 3,
 *   "experience": 420, "zone": "starting_village", "x": 100, "y": 100,
 *   "stats": {"health": 95, "maxHealth": 95, "attack": 14, "defense": 7}}, "speed": 5, "zone": "starting_village"}
 */
export interface ZoneEntryResult {
  character: CharacterView;
  speed: number;
  zone: string;
}
