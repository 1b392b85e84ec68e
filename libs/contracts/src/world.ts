/** Characters in the world: selecting one, moving it, seeing the others of the zone. */
import { IsIn, IsInt, IsNumber, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import type { CharacterClass } from './character-classes';
import { command, event, returns } from './contract';
import { IsId } from './ids';
import { rate } from './rate-policy';
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
  /** All that was ever gained. */
  experience: number;
  zone: string;
  x: number;
  y: number;
  stats: CharacterStats;
}

export class CharacterSelectDto {
  @IsId()
  characterId: string;

  /** The form of `zone:moves` for this character; `json` where it is not told. */
  @IsOptional()
  @IsIn(MOVE_ENCODINGS)
  encoding?: MoveEncoding;
}

const FAR = 1_000_000;

export class CharacterMoveDto {
  /** Strictly increasing per selection, from any start; gaps are allowed. */
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  seq: number;

  @IsNumber()
  @Min(-FAR)
  @Max(FAR)
  x: number;

  @IsNumber()
  @Min(-FAR)
  @Max(FAR)
  y: number;

  /** Radians, 0 is along +x. */
  @IsOptional()
  @IsNumber()
  @Min(-7)
  @Max(7)
  facing?: number;
}

export class ZoneEnterDto {
  /** An exit of the zone the character is in. */
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

/** What a client needs to walk: its character where it stands, and how many units it walks in a second. */
export interface InZone {
  character: CharacterView;
  speed: number;
  zone: string;
}

/**
 * Each arrival is announced to the zone and answered with everybody in sight. A client selects once per connection, and
 * another time for each take-over.
 */
const ENTER = rate(12, 60, { burst: 10, fansOut: true });

export const worldCommands = [
  command({
    name: 'character:select',
    summary: 'Plays a character on this connection; another connection that played it loses it.',
    payload: CharacterSelectDto,
    result: returns<InZone>(),
    policy: ENTER,
  }),
  command({
    name: 'character:move',
    summary: 'Tells where the character has walked to; a refused step is answered by character:correction.',
    payload: CharacterMoveDto,
    result: returns<{ accepted: boolean }>(),
    policy: rate(10, 1, { burst: 15, excess: 'drop' }),
    delivery: 'volatile',
  }),
  command({
    name: 'zone:enter',
    summary: 'Goes through an exit beside which the character stands, into another zone.',
    payload: ZoneEnterDto,
    result: returns<InZone>(),
    policy: ENTER,
  }),
  command({
    name: 'zone:population',
    summary: 'How many characters are in a zone now, on all nodes.',
    payload: ZonePopulationDto,
    result: returns<{ zone: string; population: number }>(),
  }),
] as const;

export const [CharacterSelect, CharacterMove, ZoneEnter, ZonePopulation] = worldCommands;

export const worldEvents = [
  event('zone:state', 'reply', returns<ZoneState>()),
  event('zone:player_joined', 'recoverable', returns<{ zone: string; player: ZonePlayer }>(), { unhurried: true }),
  event('zone:player_left', 'recoverable', returns<{ zone: string; id: string }>(), { unhurried: true }),
  event('zone:view', 'volatile', returns<ZoneView>()),
  event('zone:moves', 'volatile', returns<ZoneMoves>()),
  event('character:correction', 'reply', returns<{ seq: number; x: number; y: number; reason: MoveRefusal }>()),
  event('character:released', 'reply', returns<{ characterId: string; reason: 'taken_over' | 'deleted' }>()),
] as const;
