/** Commands and events of characters besides movement: single actions, a lasting status, and progress. */
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { command, event, typeToken } from '../contract';
import { CanonicalId } from '../validation/ids';
import { rate } from '../rate-policy';
import type { CharacterStats } from './world';

/** The game defines the actions and statuses; the contract restricts only how their names are written. */
const ACTION_NAME = /^[a-z][a-z0-9_]{0,39}$/;

export class CharacterActionDto {
  @Matches(ACTION_NAME)
  action: string;

  /** A character or a monster in the same zone. */
  @IsOptional()
  @CanonicalId()
  @IsString()
  @Length(1, 130)
  targetId?: string;
}

export class CharacterStatusDto {
  @Matches(ACTION_NAME)
  status: string;
}

export interface CharacterActed {
  zone: string;
  id: string;
  action: string;
  targetId?: string;
  /** Milliseconds since 1970. */
  timestamp: number;
}

/** The progress of a character. Its owner receives all fields, other players in the zone only the level. */
export interface CharacterUpdated {
  id: string;
  level: number;
  /** All experience ever gained. */
  experience?: number;
  stats?: CharacterStats;
}

export const characterCommands = [
  command({
    name: 'character:action',
    summary: 'Performs an action of the character, visible in the zone; each action has a cooldown.',
    payload: CharacterActionDto,
    result: typeToken<{ cooldownMs: number }>(),
    policy: rate(10, 60, { fansOut: true }),
  }),
  command({
    name: 'character:status',
    summary: 'Sets the status of the character, visible in the zone until it changes or the character leaves.',
    payload: CharacterStatusDto,
    result: typeToken<{ status: string }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
] as const;

export const [CharacterAction, CharacterStatus] = characterCommands;

export const characterEvents = [
  event('character:acted', 'recoverable', typeToken<CharacterActed>()),
  event('character:status_changed', 'recoverable', typeToken<{ zone: string; id: string; status: string }>()),
  event('character:updated', 'recoverable', typeToken<CharacterUpdated>()),
] as const;
