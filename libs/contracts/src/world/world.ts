/** Commands and events of characters in the world: selecting and moving one, and changing zones. */
import { IsIn, IsInt, IsNumber, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import type { CharacterClass } from './character-classes';
import { command, event, typeToken } from '../contract';
import { IsId } from '../validation/ids';
import { rate } from '../rate-policy';
import {
  MOVE_ENCODINGS,
  type MoveEncoding,
  type ZoneMoves,
  type ZonePlayer,
  type ZoneState,
  type ZoneView,
} from './zone-views';

export interface CharacterStats {
  health: number;
  maxHealth: number;
  attack: number;
  defense: number;
}

/** A character as its owner sees it. Positions are in zone units. */
export interface CharacterView {
  id: string;
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

/** What a client needs to move: its character with its position, and the speed in units per second. */
export interface ZoneEntryResult {
  character: CharacterView;
  speed: number;
  zone: string;
}

/**
 * Each entry is announced to the zone and answered with all entities in view. A client selects once per connection, and
 * once more for each takeover.
 */
const ZONE_ENTRY_POLICY = rate(12, 60, { burst: 10, fansOut: true });

export const worldCommands = [
  command({
    name: 'character:select',
    summary: 'Selects a character for this connection; another connection that played it loses it.',
    payload: CharacterSelectDto,
    result: typeToken<ZoneEntryResult>(),
    policy: ZONE_ENTRY_POLICY,
  }),
  command({
    name: 'character:move',
    summary: 'Moves the character to a position; a refused step is answered by character:correction.',
    payload: CharacterMoveDto,
    result: typeToken<{ accepted: boolean }>(),
    policy: rate(10, 1, { burst: 15, excess: 'drop' }),
    delivery: 'volatile',
  }),
  command({
    name: 'zone:enter',
    summary: 'Moves the character into another zone, through an exit beside which it stands.',
    payload: ZoneEnterDto,
    result: typeToken<ZoneEntryResult>(),
    policy: ZONE_ENTRY_POLICY,
  }),
  command({
    name: 'zone:population',
    summary: 'Returns how many characters are in a zone now, over all nodes.',
    payload: ZonePopulationDto,
    result: typeToken<{ zone: string; population: number }>(),
  }),
] as const;

export const [CharacterSelect, CharacterMove, ZoneEnter, ZonePopulation] = worldCommands;

export const worldEvents = [
  event('zone:state', 'reply', typeToken<ZoneState>()),
  event('zone:player_joined', 'recoverable', typeToken<{ zone: string; player: ZonePlayer }>(), { unhurried: true }),
  event('zone:player_left', 'recoverable', typeToken<{ zone: string; id: string }>(), { unhurried: true }),
  event('zone:view', 'volatile', typeToken<ZoneView>()),
  event('zone:moves', 'volatile', typeToken<ZoneMoves>()),
  event(
    'character:correction',
    'reply',
    typeToken<{ seq: number; x: number; y: number; reason: MoveRefusal | 'respawned' }>(),
  ),
  event('character:released', 'reply', typeToken<{ characterId: string; reason: 'taken_over' | 'deleted' }>()),
] as const;
