/** Characters in the world: selecting one, moving it, seeing the others of the zone. */
import { IsInt, IsNumber, IsOptional, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import { command, event, returns } from './contract';
import { rate } from './rate-policy';

export const CHARACTER_CLASSES = ['warrior', 'mage', 'ranger', 'cleric'] as const;
export type CharacterClass = (typeof CHARACTER_CLASSES)[number];

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

/** A character as others in the zone see it; `facing` in radians. */
export interface ZonePlayer {
  id: string;
  name: string;
  class: CharacterClass;
  level: number;
  x: number;
  y: number;
  facing: number;
  /** What it is up to, where its player has said so. */
  status?: string;
}

export class CharacterSelectDto {
  @IsUUID()
  characterId: string;
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

export type MoveRefusal = 'sequence' | 'bounds' | 'held' | 'teleport' | 'speed' | 'obstacle' | 'no_character';

export interface ZoneState {
  zone: string;
  players: ZonePlayer[];
  tick: number;
}

/** What a client needs to walk: its character where it stands, and how many units it walks in a second. */
export interface InZone {
  character: CharacterView;
  speed: number;
  zone: string;
}

export const worldCommands = [
  command({
    name: 'character:select',
    summary: 'Plays a character on this connection; another connection that played it loses it.',
    payload: CharacterSelectDto,
    result: returns<InZone>(),
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
  }),
] as const;

export const [CharacterSelect, CharacterMove, ZoneEnter] = worldCommands;

export const worldEvents = [
  event('zone:state', 'reply', returns<ZoneState>()),
  event('zone:player_joined', 'recoverable', returns<{ zone: string; player: ZonePlayer }>()),
  event('zone:player_left', 'recoverable', returns<{ zone: string; id: string }>()),
  event(
    'zone:moves',
    'volatile',
    returns<{ tick: number; moves: [id: string, x: number, y: number, facing: number][] }>(),
  ),
  event('character:correction', 'reply', returns<{ seq: number; x: number; y: number; reason: MoveRefusal }>()),
  event('character:released', 'reply', returns<{ characterId: string; reason: 'taken_over' | 'deleted' }>()),
] as const;
