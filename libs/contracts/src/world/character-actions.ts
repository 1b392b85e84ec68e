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
  /**
   * Performs an action of the character, visible in the zone; each action has a cooldown.
   * @example {"action": "jump"}
   * @result {"cooldownMs": 1000}
   * @error NO_CHARACTER without a selected character
   * @error NOT_FOUND for a target that is not in the zone
   * @error RATE_LIMITED while the action is on cooldown
   */
  command({
    name: 'character:action',
    payload: CharacterActionDto,
    result: typeToken<{ cooldownMs: number }>(),
    policy: rate(10, 60, { fansOut: true }),
  }),
  /**
   * Sets the status of the character, visible in the zone until it changes or the character leaves.
   * @example {"status": "resting"}
   * @result {"status": "resting"}
   * @error NO_CHARACTER without a selected character
   */
  command({
    name: 'character:status',
    payload: CharacterStatusDto,
    result: typeToken<{ status: string }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
] as const;

export const [CharacterAction, CharacterStatus] = characterCommands;

export const characterEvents = [
  /**
   * A character has performed an action.
   * @example {"zone": "starting_village", "id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "action": "jump",
   *   "timestamp": 1905249600000}
   * @receivers All connections in the zone, the character's own included.
   */
  event('character:acted', 'recoverable', typeToken<CharacterActed>()),
  /**
   * A character has another status.
   * @example {"zone": "starting_village", "id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "status": "resting"}
   * @receivers All connections in the zone, the character's own included.
   */
  event('character:status_changed', 'recoverable', typeToken<{ zone: string; id: string; status: string }>()),
  /**
   * A character has gained experience or reached another level.
   * @example {"id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "level": 4, "experience": 610,
   *   "stats": {"health": 100, "maxHealth": 100, "attack": 15, "defense": 8}}
   * @receivers All connections of the owner, with all fields; at another level also the other connections in the zone.
   */
  event('character:updated', 'recoverable', typeToken<CharacterUpdated>()),
] as const;
