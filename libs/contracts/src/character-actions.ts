/** What characters do besides walking: single acts, a lasting status, and how they grow. */
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { command, event, returns } from './contract';
import { CanonicalId } from './ids';
import { rate } from './rate-policy';
import type { CharacterStats } from './world';

/** Which actions and statuses there are is for the game to say; the server knows how they may look. */
const WORD = /^[a-z][a-z0-9_]{0,39}$/;

export class CharacterActionDto {
  @Matches(WORD)
  action: string;

  /** A character or a monster of the same zone. */
  @IsOptional()
  @CanonicalId()
  @IsString()
  @Length(1, 130)
  targetId?: string;
}

export class CharacterStatusDto {
  @Matches(WORD)
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

/** What has become of a character. Its owner gets all of it, the others of the zone the level alone. */
export interface CharacterUpdated {
  id: string;
  level: number;
  /** All that was ever gained. */
  experience?: number;
  stats?: CharacterStats;
}

export const characterCommands = [
  command({
    name: 'character:action',
    summary: 'The character does something, which the zone sees; each action has a time before it can be done again.',
    payload: CharacterActionDto,
    result: returns<{ cooldownMs: number }>(),
    policy: rate(10, 60, { fansOut: true }),
  }),
  command({
    name: 'character:status',
    summary: 'Tells the zone what the character is up to, until it leaves the world or says otherwise.',
    payload: CharacterStatusDto,
    result: returns<{ status: string }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
] as const;

export const [CharacterAction, CharacterStatus] = characterCommands;

export const characterEvents = [
  event('character:acted', 'recoverable', returns<CharacterActed>()),
  event('character:status_changed', 'recoverable', returns<{ zone: string; id: string; status: string }>()),
  event('character:updated', 'recoverable', returns<CharacterUpdated>()),
] as const;
